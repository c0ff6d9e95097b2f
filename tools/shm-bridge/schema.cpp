#include "schema.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "percent.hpp"

namespace shm_bridge {

using Json = nlohmann::ordered_json;
using sluice::FieldKind;
using sluice::SlotLayout;

namespace {

const std::map<std::string, SlotLayout>& layouts() {
  static const std::map<std::string, SlotLayout> names{
      {"stamped", SlotLayout::stamped},
      {"packed", SlotLayout::packed},
      {"stampedLines", SlotLayout::stampedLines},
      {"messages", SlotLayout::messages},
  };
  return names;
}

std::string nameOf(SlotLayout layout) {
  for (const auto& [name, value] : layouts())
    if (value == layout) return name;
  return "unknown";
}

[[noreturn]] void refuse(const std::string& text) {
  throw std::invalid_argument("schema: " + text);
}

/// Numbers of 2^32 and above are in no ring, so that sums of a few cannot overflow.
std::uint64_t number(const Json& json, const char* name) {
  const Json& value = json.at(name);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() >> 32 != 0)
    refuse(std::string(name) + " is no number of a ring");
  return value.get<std::uint64_t>();
}

Schema::NamedField fieldOf(const Json& json, std::uint64_t recordSize) {
  Schema::NamedField field{unescaped(json.at("name").get<std::string>()), number(json, "offset"),
                           number(json, "size"), number(json, "count"),
                           static_cast<FieldKind>(number(json, "kind"))};
  if (field.kind > FieldKind::boolean) refuse("the kind of field " + field.name + " is unknown");
  const std::uint64_t room = recordSize - field.offset;
  const bool isWithin =
      field.offset <= recordSize && (field.size == 0 || field.count <= room / field.size);
  if (!isWithin) refuse("field " + field.name + " does not lie in the record");
  return field;
}

void checkRecord(const Schema& schema) {
  const std::uint64_t alignment = schema.recordAlignment;
  if (alignment == 0 || (alignment & (alignment - 1)) != 0) refuse("alignment is no power of two");
  if (schema.recordSize == 0 || schema.recordSize % alignment != 0)
    refuse("size is no multiple of the alignment");
}

}  // namespace

std::uint64_t Schema::fingerprint() const {
  return sluice::fingerprintOf(fields());
}

bool Schema::isOfSameRecords(const Schema& other) const {
  return hasMessages() == other.hasMessages() && recordName == other.recordName &&
         recordSize == other.recordSize && recordAlignment == other.recordAlignment &&
         namedFields == other.namedFields;
}

std::vector<sluice::Field> Schema::fields() const {
  std::vector<sluice::Field> all;
  all.reserve(namedFields.size());
  for (const NamedField& field : namedFields)
    all.push_back({field.name, field.offset, field.size, field.count, field.kind});
  return all;
}

std::string Schema::text() const {
  Json json{{"layout", nameOf(layout)}, {"capacity", capacity}};
  if (hasMessages()) {
    json["slotSize"] = slotSize;
    json["payloadBytes"] = payloadBytes;
    return json.dump();
  }
  json["record"] = escaped(recordName);
  json["size"] = recordSize;
  json["alignment"] = recordAlignment;
  Json& fields = json["fields"] = Json::array();
  for (const NamedField& field : namedFields)
    fields.push_back({{"name", escaped(field.name)},
                      {"offset", field.offset},
                      {"size", field.size},
                      {"count", field.count},
                      {"kind", static_cast<std::uint32_t>(field.kind)}});
  return json.dump();
}

Schema Schema::parse(std::string_view text) try {
  const Json json = Json::parse(text);
  const auto layout = layouts().find(json.at("layout").get<std::string>());
  if (layout == layouts().end()) refuse("the layout is unknown");
  Schema schema;
  schema.layout = layout->second;
  schema.capacity = number(json, "capacity");
  if (schema.hasMessages()) {
    schema.slotSize = number(json, "slotSize");
    schema.payloadBytes = number(json, "payloadBytes");
    return schema;
  }
  schema.recordName = unescaped(json.at("record").get<std::string>());
  schema.recordSize = number(json, "size");
  schema.recordAlignment = number(json, "alignment");
  checkRecord(schema);
  for (const Json& field : json.at("fields"))
    schema.namedFields.push_back(fieldOf(field, schema.recordSize));
  return schema;
} catch (const Json::exception& error) {
  refuse(error.what());
}

}  // namespace shm_bridge
