#include "json_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "field_store.hpp"

namespace shm_pub {

using sluice::document::Json;

JsonParser::JsonParser(const sluice::RecordDescription& record)
    : fields_(segment_tools::fieldsOf(record)), record_(record.size) {
  for (const auto& field : fields_)
    names_.add(field.schema.name);
}

std::optional<std::span<const std::byte>> JsonParser::take(std::string_view line) {
  std::fill(record_.begin(), record_.end(), std::byte{0});
  const Json object = parsed(line);
  auto place = places_.begin();
  for (const Json& values : object)
    store(fields_[*place++], values, record_);
  return record_;
}

Json JsonParser::parsed(std::string_view line) try {
  names_.begin();
  places_.clear();
  // Names are looked at as they come, because an object keeps only the last of two that are equal.
  const auto look = [&](int depth, Json::parse_event_t event, const Json& name) {
    if (depth == 1 && event == Json::parse_event_t::key)
      places_.push_back(names_.find(name.get<std::string>()));
    return true;
  };
  Json object = Json::parse(line.begin(), line.end(), look);
  if (!object.is_object())
    throw std::invalid_argument("found " + excerpt(sluice::document::written(object)) +
                                ", expected an object");
  names_.requireAll();
  return object;
} catch (const Json::parse_error& error) {
  throw std::invalid_argument(
      line.empty() ? "found nothing, expected an object in JSON"
                   : fmt::format("found no JSON at byte {} of {}, expected an object", error.byte,
                                 line.size()));
} catch (const Json::exception&) {
  throw std::invalid_argument("found a number that no double holds, expected an object in JSON");
}

}  // namespace shm_pub
