// Records in lines of JSON or CSV.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "record_fields.hpp"
#include "record_format.hpp"
#include "sluice/record.hpp"

namespace shm_sub {

class RecordLines {
 public:
  RecordLines(const sluice::RecordDescription& record, segment_tools::RecordFormat format);

  /// The line before the first record; empty where there is none.
  std::string header() const;

  /// {"time":1,"price":17.5}, in the order of the fields; {"bytes":"0a0b"} of a record that
  /// describes none. What no field can hold in JSON is replaced: text that is not UTF-8 by U+FFFD,
  /// a number that is not finite by null. In CSV it is written as it is: 1,17.5
  std::string line(std::span<const std::byte> record) const;

 private:
  std::vector<segment_tools::RecordField> fields_;
  segment_tools::RecordFormat format_;
};

}  // namespace shm_sub
