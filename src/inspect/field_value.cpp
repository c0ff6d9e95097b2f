#include "inspect/field_value.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "format/image.hpp"

namespace sluice::inspect {
namespace {

template <class Wide, class... Numbers>
std::optional<FieldValue> numberOf(std::span<const std::byte> bytes) {
  std::optional<FieldValue> value;
  const auto tryOne = [&]<class Number>(Number) {
    if (sizeof(Number) == bytes.size())
      value = static_cast<Wide>(detail::numberAt<Number>(bytes, 0));
  };
  (tryOne(Numbers{}), ...);
  return value;
}

std::optional<FieldValue> elementOf(FieldKind kind, std::span<const std::byte> bytes) {
  switch (kind) {
    case FieldKind::boolean:
      return FieldValue(!detail::isZero(bytes));
    case FieldKind::signedInteger:
      return numberOf<std::int64_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t>(bytes);
    case FieldKind::unsignedInteger:
      return numberOf<std::uint64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>(
          bytes);
    case FieldKind::real:
      if (auto value = numberOf<float, float>(bytes)) return value;
      return numberOf<double, double>(bytes);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<FieldValue> valuesOf(const SchemaField& field, std::span<const std::byte> record) {
  const std::uint64_t size = std::uint64_t{field.size} * field.count;
  if (size == 0 || field.offset > record.size() || size > record.size() - field.offset) return {};
  const auto bytes = record.subspan(field.offset, static_cast<std::size_t>(size));
  if (field.kind == FieldKind::text) return {detail::textAt(bytes, 0, bytes.size())};
  std::vector<FieldValue> values;
  for (std::uint32_t i = 0; i < field.count; ++i) {
    const auto value =
        elementOf(field.kind, bytes.subspan(std::size_t{i} * field.size, field.size));
    if (!value) return {inHex(bytes)};
    values.push_back(*value);
  }
  return values;
}

SchemaField beginningOf(const SchemaField& field, std::uint64_t most) {
  const std::uint64_t size = std::uint64_t{field.size} * field.count;
  if (size <= most) return field;
  SchemaField beginning = field;
  const bool isText = field.kind == FieldKind::text;
  if (isText || field.kind == FieldKind::bytes || field.size > sizeof(std::uint64_t)) {
    beginning.kind = isText ? FieldKind::text : FieldKind::bytes;
    beginning.size = 1;
    beginning.count = static_cast<std::uint32_t>(most);
  } else {
    beginning.count = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, most / field.size));
  }
  return beginning;
}

}  // namespace sluice::inspect
