// What the fields of a record hold, in JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "inspect/field_value.hpp"

namespace sluice::document {

using Json = nlohmann::ordered_json;

/// A field's values: one alone as itself, any other number of them as an array. JSON has no number
/// for what is not finite: that is null.
Json inJson(const std::vector<sluice::inspect::FieldValue>& values);

/// JSON as text, each level indented by so many spaces, or all in one line when that is -1. Bytes
/// that are no UTF-8 become U+FFFD.
std::string written(const Json& json, int indent = -1);

}  // namespace sluice::document
