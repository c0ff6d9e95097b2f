#include "c/record.hpp"

#include "sluice/error.hpp"

namespace sluice::c {

namespace {

[[noreturn]] void refuseField(std::size_t index, const std::string& found,
                              const std::string& expected) {
  throw Exception({ErrorCode::invalidArgument, "", "record.fields[" + std::to_string(index) + "]",
                   found, expected, ""});
}

}  // namespace

GivenRecord::GivenRecord(const sluice_record& record)
    : name_(record.name == nullptr ? "" : record.name),
      size_(record.size),
      alignment_(record.alignment) {
  if (record.field_count != 0 && record.fields == nullptr)
    throw Exception({ErrorCode::invalidArgument, "", "record.fields", "a null pointer",
                     std::to_string(record.field_count) + " fields", ""});
  // Each field has a byte at least, so a wild count ends here and not in the loop.
  if (record.field_count > record.size)
    throw Exception({ErrorCode::invalidArgument, "", "record.field_count",
                     std::to_string(record.field_count), "at most the record's size", ""});
  fieldNames_.reserve(record.field_count);
  for (std::size_t i = 0; i < record.field_count; ++i) {
    const sluice_field& field = record.fields[i];
    if (field.name == nullptr) refuseField(i, "a null pointer as its name", "a text");
    if (field.kind < SLUICE_BYTES || field.kind > SLUICE_BOOLEAN)
      refuseField(i, "kind " + std::to_string(field.kind), "0 to 5");
    fieldNames_.emplace_back(field.name);
    fields_.push_back({fieldNames_.back(), field.offset, field.size, field.count,
                       static_cast<FieldKind>(field.kind)});
  }
}

ShownRecord::ShownRecord(const RecordDescription& record) : name_(record.name) {
  fieldNames_.reserve(record.fields.size());
  for (const Field& field : record.fields) {
    fieldNames_.emplace_back(field.name);
    fields_.push_back({fieldNames_.back().c_str(), field.offset, field.size, field.count,
                       static_cast<int>(field.kind)});
  }
  record_ = {name_.c_str(), record.size, record.alignment, fields_.data(), fields_.size()};
}

SlotLayout slotLayoutOf(int number) {
  if (number == 0) return SlotLayout::stamped;
  if (number >= SLUICE_STAMPED && number <= SLUICE_STAMPED_LINES)
    return static_cast<SlotLayout>(number);
  throw Exception({ErrorCode::invalidArgument, "", "slot_layout", std::to_string(number), "0 to 3",
                   "messages have functions of their own"});
}

}  // namespace sluice::c
