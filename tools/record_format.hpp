// How records are written in lines.
#pragma once

#include <map>
#include <string>

namespace segment_tools {

enum class RecordFormat {
  json,  ///< an object in each line
  csv,   ///< a header of names, then a row for each record, with the quotes of RFC 4180
};

inline const std::map<std::string, RecordFormat>& recordFormats() {
  static const std::map<std::string, RecordFormat> names{{"json", RecordFormat::json},
                                                         {"csv", RecordFormat::csv}};
  return names;
}

}  // namespace segment_tools
