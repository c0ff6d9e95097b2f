#include "record_lines.hpp"

#include <fmt/format.h>

#include <variant>

#include "csv.hpp"
#include "document/json.hpp"
#include "inspect/field_value.hpp"

namespace shm_sub {

using segment_tools::RecordField;
using segment_tools::RecordFormat;
using sluice::document::Json;
using sluice::inspect::FieldValue;
using sluice::inspect::valuesOf;

RecordLines::RecordLines(const sluice::RecordDescription& record, RecordFormat format)
    : fields_(segment_tools::fieldsOf(record)), format_(format) {}

std::string RecordLines::header() const {
  if (format_ == RecordFormat::json) return {};
  std::vector<std::string> names;
  for (const RecordField& field : fields_)
    for (std::size_t i = 0; i < field.count; ++i)
      names.push_back(field.nameOf(i));
  return segment_tools::csvRow(names);
}

std::string RecordLines::line(std::span<const std::byte> record) const {
  if (format_ == RecordFormat::csv) {
    std::vector<std::string> cells;
    for (const RecordField& field : fields_)
      for (const FieldValue& value : valuesOf(field.schema, record))
        cells.push_back(
            std::visit([](const auto& found) { return fmt::format("{}", found); }, value));
    return segment_tools::csvRow(cells);
  }
  Json object = Json::object();
  for (const RecordField& field : fields_)
    object[field.schema.name] = sluice::document::inJson(valuesOf(field.schema, record));
  return sluice::document::written(object);
}

}  // namespace shm_sub
