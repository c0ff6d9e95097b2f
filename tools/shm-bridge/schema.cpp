#include "schema.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "document/words.hpp"
#include "percent.hpp"

namespace shm_bridge {

using Json = nlohmann::ordered_json;
using sluice::FieldKind;
using sluice::SlotLayout;

namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw std::invalid_argument("schema: " + text);
}

SlotLayout layoutOf(const std::string& name) {
  for (const SlotLayout layout :
       {SlotLayout::stamped, SlotLayout::packed, SlotLayout::stampedLines, SlotLayout::messages})
    if (sluice::document::nameOf(layout) == name) return layout;
  refuse("the layout is unknown");
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

std::string Schema::words() const {
  if (hasMessages()) return "messages";
  return fmt::format("records {} of {} bytes, fingerprint {:016x}",
                     recordName.empty() ? "without a name" : recordName, recordSize, fingerprint());
}

std::vector<sluice::Field> Schema::fields() const {
  std::vector<sluice::Field> all;
  all.reserve(namedFields.size());
  for (const NamedField& field : namedFields)
    all.push_back({field.name, field.offset, field.size, field.count, field.kind});
  return all;
}

std::string Schema::text() const {
  Json json{{"layout", sluice::document::nameOf(layout)}, {"capacity", capacity}};
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
  Schema schema;
  schema.layout = layoutOf(json.at("layout").get<std::string>());
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

Schema schemaOf(SlotLayout layout, const sluice::RecordDescription& record) {
  Schema schema;
  schema.layout = layout;
  schema.recordName = record.name;
  schema.recordSize = record.size;
  schema.recordAlignment = record.alignment;
  for (const sluice::Field& field : record.fields)
    schema.namedFields.push_back(
        {std::string(field.name), field.offset, field.size, field.count, field.kind});
  return schema;
}

}  // namespace shm_bridge
