#include "field_time.hpp"

#include <fmt/format.h>

#include <bit>
#include <concepts>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

namespace shm_merge {

using sluice::Field;
using sluice::FieldKind;

namespace {

using Time = std::function<std::int64_t(const sluice::UntypedFanIn::Record&)>;

/// In the same order as the numbers.
std::int64_t inOrder(std::signed_integral auto number) {
  return number;
}
std::int64_t inOrder(std::unsigned_integral auto number) {
  constexpr std::uint64_t highest = std::uint64_t{1} << 63;
  return std::bit_cast<std::int64_t>(std::uint64_t{number} ^ highest);
}
std::int64_t inOrder(std::floating_point auto number) {
  const auto bits = std::bit_cast<std::int64_t>(static_cast<double>(number));
  return bits < 0 ? bits ^ std::numeric_limits<std::int64_t>::max() : bits;
}

template <class Number>
Time timeAt(std::size_t offset) {
  return [offset](const sluice::UntypedFanIn::Record& record) {
    Number number;
    std::memcpy(&number, record.data() + offset, sizeof number);
    return inOrder(number);
  };
}

/// Empty where that is not one number.
Time timeOf(const Field& field) {
  if (field.count != 1) return {};
  const auto is = [&field](FieldKind kind, std::size_t size) {
    return field.kind == kind && field.size == size;
  };
  if (is(FieldKind::signedInteger, 1)) return timeAt<std::int8_t>(field.offset);
  if (is(FieldKind::signedInteger, 2)) return timeAt<std::int16_t>(field.offset);
  if (is(FieldKind::signedInteger, 4)) return timeAt<std::int32_t>(field.offset);
  if (is(FieldKind::signedInteger, 8)) return timeAt<std::int64_t>(field.offset);
  if (is(FieldKind::unsignedInteger, 1)) return timeAt<std::uint8_t>(field.offset);
  if (is(FieldKind::unsignedInteger, 2)) return timeAt<std::uint16_t>(field.offset);
  if (is(FieldKind::unsignedInteger, 4)) return timeAt<std::uint32_t>(field.offset);
  if (is(FieldKind::unsignedInteger, 8)) return timeAt<std::uint64_t>(field.offset);
  if (is(FieldKind::real, 4)) return timeAt<float>(field.offset);
  if (is(FieldKind::real, 8)) return timeAt<double>(field.offset);
  return {};
}

}  // namespace

Time timeBy(std::string_view field, const sluice::RecordDescription& record) {
  std::string numbers;
  for (const Field& each : record.fields) {
    Time time = timeOf(each);
    if (!time) continue;
    if (each.name == field) return time;
    numbers += (numbers.empty() ? "" : ", ") + std::string(each.name);
  }
  throw std::invalid_argument(
      fmt::format("--by: found '{}', expected a field of '{}' that is one number{}{}", field,
                  record.name, numbers.empty() ? "; it has none" : ": ", numbers));
}

}  // namespace shm_merge
