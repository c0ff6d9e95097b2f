#include "document/json.hpp"

#include <utility>
#include <variant>

namespace sluice::document {

using inspect::FieldValue;

Json inJson(const std::vector<FieldValue>& values) {
  Json elements = Json::array();
  for (const FieldValue& value : values)
    elements.push_back(std::visit([](const auto& found) { return Json(found); }, value));
  if (elements.size() != 1) return elements;
  return std::move(elements[0]);
}

std::string written(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice::document
