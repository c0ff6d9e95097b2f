// One field of the record, as the segment's schema holds it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sluice/record.hpp"

namespace sluice::detail {

inline constexpr std::size_t maxFields = 256;

// offset  size  field
//      0    48  name
//     48     4  offset
//     52     4  size
//     56     4  count
//     60     4  kind
struct FieldEntry {
  std::array<char, 48> name;  ///< ends with NUL
  std::uint32_t offset;
  std::uint32_t size;
  std::uint32_t count;
  FieldKind kind;
};

static_assert(offsetof(FieldEntry, name) == 0);
static_assert(offsetof(FieldEntry, offset) == 48);
static_assert(offsetof(FieldEntry, size) == 52);
static_assert(offsetof(FieldEntry, count) == 56);
static_assert(offsetof(FieldEntry, kind) == 60);
static_assert(sizeof(FieldEntry) == 64);

/// What of a field's name the segment keeps: the first 47 bytes.
inline constexpr std::size_t maxFieldName = sizeof(FieldEntry::name) - 1;
std::string_view storedName(const Field& field) noexcept;

/// The schema's entry for a field, and back. The field's name points into the entry; any entry will
/// do.
FieldEntry entryOf(const Field& field) noexcept;
Field fieldOf(const FieldEntry& entry) noexcept;

}  // namespace sluice::detail
