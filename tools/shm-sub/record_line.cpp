#include "record_line.hpp"

#include <cstdint>

#include "field_json.hpp"
#include "inspect/field_value.hpp"

namespace shm_sub {

using segment_tools::Json;
using sluice::inspect::SchemaField;

std::vector<SchemaField> fieldsOf(const sluice::RecordDescription& record) {
  std::vector<SchemaField> fields;
  for (const sluice::Field& field : record.fields)
    fields.push_back({std::string(field.name), static_cast<std::uint32_t>(field.offset),
                      static_cast<std::uint32_t>(field.size),
                      static_cast<std::uint32_t>(field.count), field.kind});
  return fields;
}

std::string inJson(const std::vector<SchemaField>& fields, std::span<const std::byte> record) {
  Json line = Json::object();
  for (const SchemaField& field : fields)
    line[field.name] = segment_tools::inJson(sluice::inspect::valuesOf(field, record));
  if (fields.empty()) line["bytes"] = sluice::inspect::inHex(record);
  return segment_tools::written(line);
}

}  // namespace shm_sub
