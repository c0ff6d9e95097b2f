#include "record_fields.hpp"

#include <cstdint>
#include <utility>

namespace segment_tools {

using sluice::inspect::SchemaField;

std::string RecordField::nameOf(std::size_t index) const {
  if (count == 1) return schema.name;
  return schema.name + "[" + std::to_string(index) + "]";
}

std::vector<RecordField> fieldsOf(const sluice::RecordDescription& record) {
  std::vector<SchemaField> fields;
  for (const sluice::Field& field : record.fields)
    fields.push_back({std::string(field.name), static_cast<std::uint32_t>(field.offset),
                      static_cast<std::uint32_t>(field.size),
                      static_cast<std::uint32_t>(field.count), field.kind});
  if (fields.empty())
    fields.push_back(
        {"bytes", 0, 1, static_cast<std::uint32_t>(record.size), sluice::FieldKind::bytes});
  const std::vector<std::byte> nothing(record.size);
  std::vector<RecordField> all;
  for (SchemaField& field : fields) {
    const auto values = sluice::inspect::valuesOf(field, nothing);
    all.push_back({std::move(field), values.size(), values.front()});
  }
  return all;
}

}  // namespace segment_tools
