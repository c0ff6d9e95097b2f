#include "record_line.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "inspect/field_value.hpp"

namespace shm_sub {

using Json = nlohmann::ordered_json;
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
  for (const SchemaField& field : fields) {
    Json elements = Json::array();
    for (const auto& value : sluice::inspect::valuesOf(field, record))
      elements.push_back(std::visit([](const auto& found) { return Json(found); }, value));
    line[field.name] = elements.size() == 1 ? Json(elements[0]) : std::move(elements);
  }
  if (fields.empty()) line["bytes"] = sluice::inspect::inHex(record);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace shm_sub
