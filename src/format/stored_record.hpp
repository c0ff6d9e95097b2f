// The record type as a segment tells it.
#pragma once

#include <string>
#include <vector>

#include "format/field_entry.hpp"
#include "format/segment_view.hpp"
#include "sluice/record.hpp"

namespace sluice::detail {

/// A copy of the name and of those fields that lie inside the record, so that nothing of it changes
/// when the segment is overwritten. Stays where it is, as the description refers to it.
class StoredRecord {
 public:
  explicit StoredRecord(const SegmentView& view);
  StoredRecord(const StoredRecord&) = delete;
  StoredRecord& operator=(const StoredRecord&) = delete;

  const RecordDescription& description() const noexcept { return description_; }

 private:
  std::string name_;
  std::vector<FieldEntry> entries_;
  std::vector<Field> fields_;
  RecordDescription description_;
};

/// The description of no record, for a role that is attached to nothing.
const RecordDescription& noRecord() noexcept;

}  // namespace sluice::detail
