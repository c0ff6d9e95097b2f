// Records as C describes them, and as C is told of them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sluice/c/record.h"
#include "sluice/record.hpp"
#include "sluice/slot_layout.hpp"

namespace sluice::c {

/// A description that C gave, with texts of its own. Stays where it is.
class GivenRecord {
 public:
  /// Throws Exception for what is no description.
  explicit GivenRecord(const sluice_record& record);
  GivenRecord(const GivenRecord&) = delete;
  GivenRecord& operator=(const GivenRecord&) = delete;

  RecordDescription description() const noexcept {
    return {name_, size_, alignment_, {fields_.data(), fields_.size()}};
  }

 private:
  std::string name_;
  std::size_t size_;
  std::size_t alignment_;
  std::vector<std::string> fieldNames_;
  std::vector<Field> fields_;
};

/// A description of a segment's record, for C. Stays where it is.
class ShownRecord {
 public:
  explicit ShownRecord(const RecordDescription& record);
  ShownRecord(const ShownRecord&) = delete;
  ShownRecord& operator=(const ShownRecord&) = delete;

  const sluice_record& record() const noexcept { return record_; }

 private:
  std::string name_;
  std::vector<std::string> fieldNames_;
  std::vector<sluice_field> fields_;
  sluice_record record_{};
};

/// Of records; stamped without a choice. Throws Exception for a number that is none.
SlotLayout slotLayoutOf(int number);

}  // namespace sluice::c
