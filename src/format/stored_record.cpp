#include "format/stored_record.hpp"

#include <algorithm>
#include <cstring>

namespace sluice::detail {
namespace {

bool fits(const Field& field, std::size_t recordSize) noexcept {
  if (field.size == 0 || field.count == 0 || field.offset > recordSize) return false;
  return field.kind <= FieldKind::boolean &&
         field.count <= (recordSize - field.offset) / field.size;
}

}  // namespace

StoredRecord::StoredRecord(const SegmentView& view) {
  const Geometry& geometry = view.geometry();
  const Header& header = view.header();
  name_.assign(header.recordName.data(),
               strnlen(header.recordName.data(), header.recordName.size()));
  const std::uint64_t room = geometry.section(SectionId::schema).size / sizeof(FieldEntry);
  entries_.assign(view.schema(), view.schema() + std::min<std::uint64_t>(header.fieldCount, room));
  for (const FieldEntry& entry : entries_) {
    const Field field = fieldOf(entry);
    if (fits(field, geometry.recordSize)) fields_.push_back(field);
  }
  description_ = {name_, geometry.recordSize, geometry.recordAlignment, fields_};
}

const RecordDescription& noRecord() noexcept {
  static const RecordDescription none{};
  return none;
}

}  // namespace sluice::detail
