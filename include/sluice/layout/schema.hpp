// What a record is called and made of, as its user describes it.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace sluice {

/// What the bytes of a field mean.
enum class FieldKind : std::uint32_t {
  bytes = 0,
  signedInteger,
  unsignedInteger,
  real,
  text,
  boolean
};

/// One field of a record, as SLUICE_FIELD describes it.
struct Field {
  std::string_view name;  ///< at most 47 bytes; longer is cut
  std::size_t offset;     ///< bytes from the record's start
  std::size_t size;       ///< bytes of one element
  std::size_t count;      ///< elements; 1 unless the field is an array
  FieldKind kind;
};

/// The name of a record type, checked at attach. Specialize it; a type without a name is known by
/// size and alignment alone:
///
///   template <> inline constexpr std::string_view sluice::recordName<Tick> = "Tick";
template <class T>
inline constexpr std::string_view recordName{};

/// The fields of a record type, for shm-dump and for the check at attach. Specialize it:
///
///   template <> inline constexpr auto sluice::recordFields<Tick> =
///       std::array{SLUICE_FIELD(Tick, time), SLUICE_FIELD(Tick, price)};
template <class T>
inline constexpr auto recordFields = std::array<Field, 0>{};

template <class Element>
constexpr FieldKind fieldKindOf() noexcept {
  if constexpr (std::same_as<Element, bool>) return FieldKind::boolean;
  if constexpr (std::same_as<Element, char>) return FieldKind::text;
  if constexpr (std::is_floating_point_v<Element>) return FieldKind::real;
  if constexpr (std::is_enum_v<Element>) return fieldKindOf<std::underlying_type_t<Element>>();
  if constexpr (std::is_signed_v<Element> && std::is_integral_v<Element>)
    return FieldKind::signedInteger;
  if constexpr (std::is_integral_v<Element>) return FieldKind::unsignedInteger;
  return FieldKind::bytes;
}

/// What an array is made of, a C array or a std::array; a single value is made of itself.
template <class Member>
struct ElementOf {
  using Type = std::remove_all_extents_t<Member>;
};
template <class Member, std::size_t count>
struct ElementOf<std::array<Member, count>> : ElementOf<Member> {};

template <class Member>
constexpr Field describeField(std::string_view name, std::size_t offset) noexcept {
  using Element = typename ElementOf<Member>::Type;
  return {name, offset, sizeof(Element), sizeof(Member) / sizeof(Element), fieldKindOf<Element>()};
}

/// One field of a standard-layout record.
#define SLUICE_FIELD(Record, member) \
  ::sluice::describeField<decltype(Record::member)>(#member, offsetof(Record, member))

/// All that is checked of a record type.
struct RecordDescription {
  std::string_view name;
  std::size_t size;
  std::size_t alignment;
  std::span<const Field> fields;
};

template <class T>
constexpr RecordDescription describeRecord() noexcept {
  return {recordName<T>, sizeof(T), alignof(T), recordFields<T>};
}

/// A hash (FNV-1a, 64 bits) over the fields' names, offsets, sizes, counts and kinds; 0 for a
/// record that describes no fields.
std::uint64_t fingerprintOf(std::span<const Field> fields) noexcept;

namespace layout {

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

}  // namespace layout
}  // namespace sluice
