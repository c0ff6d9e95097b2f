// Records out of CSV: a header of names, then a row for each record.
#pragma once

#include <string>
#include <vector>

#include "csv.hpp"
#include "record_fields.hpp"
#include "record_parser.hpp"

namespace shm_pub {

class CsvParser final : public RecordParser {
 public:
  explicit CsvParser(const sluice::RecordDescription& record);

  std::optional<std::span<const std::byte>> take(std::string_view line) override;
  bool isWithinRecord() const noexcept override { return reader_.isWithinRow(); }
  bool needsWholeLines() const noexcept override { return true; }

 private:
  /// One value of a field.
  struct Column {
    std::size_t field;
    std::size_t index;
  };

  bool takeRow(std::string_view line);
  void takeHeader();
  std::string nameOf(const Column& column) const;

  std::vector<segment_tools::RecordField> fields_;
  std::vector<Column> columns_;  // of the record
  std::vector<Column> order_;    // as the header has them
  bool hasHeader_ = false;
  segment_tools::CsvReader reader_;
  std::vector<std::byte> record_;
};

}  // namespace shm_pub
