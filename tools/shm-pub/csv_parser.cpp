#include "csv_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "field_store.hpp"
#include "named_places.hpp"

namespace shm_pub {

CsvParser::CsvParser(const sluice::RecordDescription& record)
    : fields_(segment_tools::fieldsOf(record)), record_(record.size) {
  for (std::size_t field = 0; field < fields_.size(); ++field)
    for (std::size_t index = 0; index < fields_[field].count; ++index)
      columns_.push_back({field, index});
}

std::optional<std::span<const std::byte>> CsvParser::take(std::string_view line) {
  if (!takeRow(line)) return std::nullopt;
  if (!hasHeader_) {
    takeHeader();
    return std::nullopt;
  }
  const auto& cells = reader_.cells();
  if (cells.size() < order_.size())
    throw std::invalid_argument(refusal(nameOf(order_[cells.size()]), "no cell", "a value"));
  if (cells.size() > order_.size())
    throw std::invalid_argument(
        fmt::format("found {} cells, expected {}, as the header has", cells.size(), order_.size()));
  std::fill(record_.begin(), record_.end(), std::byte{0});
  for (std::size_t i = 0; i < cells.size(); ++i)
    store(fields_[order_[i].field], order_[i].index, cells[i], record_);
  return record_;
}

bool CsvParser::takeRow(std::string_view line) try {
  return reader_.take(line);
} catch (const std::invalid_argument& error) {
  const std::size_t cell = reader_.cells().size() - 1;
  const std::string name =
      cell < order_.size() ? nameOf(order_[cell]) : fmt::format("number {}", cell + 1);
  throw std::invalid_argument(fmt::format("field '{}': {}", name, error.what()));
}

void CsvParser::takeHeader() {
  NamedPlaces names;
  for (const Column& column : columns_)
    names.add(nameOf(column));
  names.begin();
  for (const std::string& name : reader_.cells())
    order_.push_back(columns_[names.find(name)]);
  names.requireAll();
  hasHeader_ = true;
}

std::string CsvParser::nameOf(const Column& column) const {
  return fields_[column.field].nameOf(column.index);
}

}  // namespace shm_pub
