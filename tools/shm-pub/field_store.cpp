#include "field_store.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <type_traits>
#include <variant>

namespace shm_pub {

using segment_tools::RecordField;
using sluice::FieldKind;
using sluice::document::Json;

namespace {

/// Bytes of one value of a field.
std::size_t sizeOf(const RecordField& field) {
  return std::size_t{field.schema.size} * field.schema.count / field.count;
}

std::span<std::byte> placeOf(const RecordField& field, std::size_t index,
                             std::span<std::byte> record) {
  const std::size_t size = sizeOf(field);
  return record.subspan(field.schema.offset + index * size, size);
}

/// Numbers are stored with the lowest byte first.
void put(std::uint64_t bits, std::span<std::byte> place) {
  for (std::size_t i = 0; i < place.size(); ++i)
    place[i] = i < sizeof bits ? static_cast<std::byte>(bits >> 8 * i) : std::byte{0};
}

struct Range {
  std::int64_t lowest;
  std::uint64_t highest;
};

Range rangeOf(FieldKind kind, std::size_t size) {
  const auto highest = std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * size);
  if (kind != FieldKind::signedInteger) return {0, highest};
  return {-static_cast<std::int64_t>(highest / 2) - 1, highest / 2};
}

bool putInteger(const Json& value, const Range& range, std::span<std::byte> place) {
  if (!value.is_number_integer()) return false;
  const auto bits = value.get<std::uint64_t>();
  const bool isNegative = !value.is_number_unsigned() && value.get<std::int64_t>() < 0;
  if (isNegative ? value.get<std::int64_t>() < range.lowest : bits > range.highest) return false;
  put(bits, place);
  return true;
}

template <class Real>
bool putReal(const Json& value, std::span<std::byte> place) {
  if (!value.is_number()) return false;
  const auto wide = value.get<double>();
  if (std::isfinite(wide) && std::abs(wide) > std::numeric_limits<Real>::max()) return false;
  const auto number = static_cast<Real>(wide);
  std::memcpy(place.data(), &number, sizeof number);
  return true;
}

bool putText(const Json& value, std::span<std::byte> place) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > place.size() || text.find('\0') != std::string::npos) return false;
  std::memcpy(place.data(), text.data(), text.size());
  return true;
}

bool putHex(const Json& value, std::span<std::byte> place) {
  if (!value.is_string()) return false;
  const auto& digits = value.get_ref<const std::string&>();
  if (digits.size() != 2 * place.size()) return false;
  for (std::size_t i = 0; i < place.size(); ++i) {
    unsigned byte = 0;
    const char* const end = digits.data() + 2 * i + 2;
    const auto [rest, error] = std::from_chars(end - 2, end, byte, 16);
    if (error != std::errc{} || rest != end) return false;
    place[i] = static_cast<std::byte>(byte);
  }
  return true;
}

bool putBoolean(const Json& value, std::span<std::byte> place) {
  if (!value.is_boolean()) return false;
  put(value.get<bool>() ? 1 : 0, place);
  return true;
}

bool put(const RecordField& field, const Json& value, std::span<std::byte> place) {
  return std::visit(
      [&]<class Value>(const Value&) {
        if constexpr (std::is_same_v<Value, bool>) return putBoolean(value, place);
        if constexpr (std::is_floating_point_v<Value>) return putReal<Value>(value, place);
        if constexpr (std::is_same_v<Value, std::string>)
          return field.schema.kind == FieldKind::text ? putText(value, place)
                                                      : putHex(value, place);
        return putInteger(value, rangeOf(field.schema.kind, place.size()), place);
      },
      field.zero);
}

/// What a value of this field is, for a person.
std::string expectationOf(const RecordField& field) {
  const std::size_t size = sizeOf(field);
  return std::visit(
      [&]<class Value>(const Value&) -> std::string {
        if constexpr (std::is_same_v<Value, bool>) return "true or false";
        if constexpr (std::is_same_v<Value, float>) return "a number that a float holds";
        if constexpr (std::is_same_v<Value, double>) return "a number";
        if constexpr (std::is_same_v<Value, std::string>)
          return field.schema.kind == FieldKind::text
                     ? fmt::format("a text of at most {} bytes, none of them 0", size)
                     : fmt::format("{} hexadecimal digits", 2 * size);
        const Range range = rangeOf(field.schema.kind, size);
        return fmt::format("an integer from {} to {}", range.lowest, range.highest);
      },
      field.zero);
}

[[noreturn]] void refuse(const RecordField& field, std::size_t index, std::string_view found,
                         std::string_view hint = {}) {
  throw std::invalid_argument(refusal(field.nameOf(index), found, expectationOf(field)) +
                              std::string(hint));
}

void storeOne(const RecordField& field, std::size_t index, const Json& value,
              std::span<std::byte> record) {
  if (put(field, value, placeOf(field, index, record))) return;
  const bool isNotFinite = value.is_null() && field.schema.kind == FieldKind::real;
  refuse(field, index, sluice::document::written(value),
         isNotFinite ? "; what is not finite needs --format csv" : "");
}

/// A whole cell as a number; else as the text that it is.
template <class Number>
Json numberIn(const std::string& cell) {
  Number number{};
  const char* const end = cell.data() + cell.size();
  const auto [rest, error] = std::from_chars(cell.data(), end, number);
  return error == std::errc{} && rest == end ? Json(number) : Json(cell);
}

Json valueIn(const RecordField& field, const std::string& cell) {
  return std::visit(
      [&]<class Value>(const Value&) {
        if constexpr (std::is_same_v<Value, bool>)
          return cell == "true" || cell == "false" ? Json(cell == "true") : Json(cell);
        else if constexpr (std::is_same_v<Value, std::string>)
          return Json(cell);
        else if constexpr (std::is_floating_point_v<Value>)
          return numberIn<Value>(cell);
        else
          return cell.starts_with('-') ? numberIn<std::int64_t>(cell)
                                       : numberIn<std::uint64_t>(cell);
      },
      field.zero);
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t longest) {
  return std::string(text.substr(0, longest)) + (text.size() > longest ? "..." : "");
}

std::string refusal(std::string_view field, std::string_view found, std::string_view expected) {
  return fmt::format("field '{}': found {}, expected {}", excerpt(field), excerpt(found), expected);
}

void store(const RecordField& field, const Json& values, std::span<std::byte> record) {
  if (field.count == 1) {
    storeOne(field, 0, values, record);
    return;
  }
  if (!values.is_array() || values.size() != field.count)
    throw std::invalid_argument(refusal(field.schema.name,
                                        values.is_array()
                                            ? fmt::format("an array of {}", values.size())
                                            : sluice::document::written(values),
                                        fmt::format("an array of {}", field.count)));
  for (std::size_t i = 0; i < field.count; ++i)
    storeOne(field, i, values[i], record);
}

void store(const RecordField& field, std::size_t index, const std::string& cell,
           std::span<std::byte> record) {
  if (put(field, valueIn(field, cell), placeOf(field, index, record))) return;
  refuse(field, index, cell.empty() ? "nothing" : "'" + cell + "'");
}

}  // namespace shm_pub
