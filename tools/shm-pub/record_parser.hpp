// Records out of lines.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "record_format.hpp"
#include "sluice/record.hpp"

namespace shm_pub {

/// Takes line by line. What is wrong with a line is thrown as std::invalid_argument: the field,
/// what was found and what was expected.
class RecordParser {
 public:
  RecordParser() = default;
  RecordParser(const RecordParser&) = delete;
  RecordParser& operator=(const RecordParser&) = delete;
  virtual ~RecordParser() = default;

  /// The whole record, valid until the next call; nothing where the line is a header, or a cell in
  /// quotes goes on in the next one. Bytes that no field describes are zero.
  virtual std::optional<std::span<const std::byte>> take(std::string_view line) = 0;

  /// The next line goes on with what the last one began.
  virtual bool isWithinRecord() const noexcept { return false; }

  /// A line that is cut short could be taken for a whole one.
  virtual bool needsWholeLines() const noexcept { return false; }
};

/// Throws std::invalid_argument when lines cannot tell the fields of that record apart.
std::unique_ptr<RecordParser> recordParser(const sluice::RecordDescription& record,
                                           segment_tools::RecordFormat format);

}  // namespace shm_pub
