// What a record is called and made of, as its user describes it.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "sluice/c/linkage.h"

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

/// The fields of a record type, for shm-dump, for readers that do not have the type, and for the
/// check at attach. Specialize it:
///
///   template <> inline constexpr auto sluice::recordFields<Tick> =
///       std::array{SLUICE_FIELD(Tick, time), SLUICE_FIELD(Tick, price)};
template <class T>
inline constexpr auto recordFields = std::array<Field, 0>{};

/// One field of a standard-layout record. `member` may be nested: SLUICE_FIELD(Quote, bid.price),
/// SLUICE_FIELD(Quote, levels[1].price); the field is then called so. Pointers, references, const
/// and volatile members are refused: what they say is true in one process, or cannot be written in
/// place.
#define SLUICE_FIELD(Record, member) \
  ::sluice::detail::describeField<decltype(Record::member)>(#member, offsetof(Record, member))

/// All that is checked of a record type. The texts live where the description was made.
struct RecordDescription {
  std::string_view name{};
  std::size_t size = 0;
  std::size_t alignment = 1;
  std::span<const Field> fields{};
};

/// What a ring of this type is checked for. A record is copied between processes byte by byte, so
/// the type is trivially copyable, and no pointer; a member that cannot be assigned (const, a
/// reference) is refused.
template <class T>
constexpr RecordDescription describeRecord() noexcept {
  static_assert(std::is_trivially_copyable_v<T>,
                "a record is copied between processes byte by byte");
  static_assert(!std::is_pointer_v<T> && !std::is_member_pointer_v<T>,
                "a pointer means nothing in another process");
  static_assert(!std::is_const_v<T> && !std::is_volatile_v<T>, "give the type without const");
  static_assert(std::is_array_v<T> || std::is_copy_assignable_v<T>,
                "a record with a const or reference member cannot be written in place");
  return {recordName<T>, sizeof(T), alignof(T), recordFields<T>};
}

/// A hash (FNV-1a, 64 bits) over the fields' names, offsets, sizes, counts and kinds; 0 for a
/// record that describes no fields.
SLUICE_API std::uint64_t fingerprintOf(std::span<const Field> fields) noexcept;

namespace detail {

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
  static_assert(!std::is_pointer_v<Element> && !std::is_member_pointer_v<Element> &&
                    !std::is_reference_v<Element>,
                "a pointer or reference means nothing in another process");
  static_assert(!std::is_const_v<Element>, "a const member cannot be written in place");
  static_assert(!std::is_volatile_v<Element>,
                "records are ordered by the ring; a volatile member adds nothing");
  constexpr std::size_t size = sizeof(Element);
  return {name, offset, size, sizeof(Member) / size, fieldKindOf<Element>()};
}

}  // namespace detail
}  // namespace sluice
