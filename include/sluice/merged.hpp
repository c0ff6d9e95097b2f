// The record of a ring that many rings were merged into.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "sluice/record.hpp"
#include "sluice/segment_id.hpp"
#include "sluice/sequence.hpp"

namespace sluice {

/// What shm-merge publishes for each record of its inputs. A program that has the type `T` reads
/// it as Consumer<Merged<T>>. Its record's name is "Merged<" + that of T + ">", and its fields are
/// those of T with "record." in front of their names; a T that describes none is one field,
/// "record", of bytes.
template <class T>
struct Merged {
  SegmentId origin;   ///< the id of the ring that the record is from
  Sequence sequence;  ///< of the record in that ring; of one origin each is one more than the last
  T record;
};

namespace detail {

/// Where the record lies in a Merged of it, and how large and how aligned that is.
constexpr std::size_t mergedAlignment(std::size_t alignment) noexcept {
  return std::max(alignment, alignof(Sequence));
}
constexpr std::size_t mergedOffset(std::size_t alignment) noexcept {
  constexpr std::size_t head = sizeof(SegmentId) + sizeof(Sequence);
  return (head + alignment - 1) / alignment * alignment;
}
constexpr std::size_t mergedSize(std::size_t size, std::size_t alignment) noexcept {
  const std::size_t unit = mergedAlignment(alignment);
  return (mergedOffset(alignment) + size + unit - 1) / unit * unit;
}

/// The fields that every Merged has before those of its record.
inline constexpr std::array mergedHead{
    Field{"origin", 0, sizeof(SegmentId), 1, FieldKind::bytes},
    Field{"sequence", sizeof(SegmentId), sizeof(Sequence), 1, FieldKind::unsignedInteger}};
inline constexpr std::string_view mergedPrefix = "record";
inline constexpr std::string_view mergedName = "Merged<";

/// A field of the record as the Merged has it, under its new name.
constexpr Field mergedField(const Field& field, std::size_t offset,
                            std::string_view name) noexcept {
  return {name, offset + field.offset, field.size, field.count, field.kind};
}
/// All of a record that describes no fields.
constexpr Field wholeRecord(std::size_t size, std::size_t offset) noexcept {
  return {mergedPrefix, offset, 1, size, FieldKind::bytes};
}

/// The names of the record's type and of its fields, put together when the program is compiled.
template <class T>
struct MergedTexts {
  static constexpr auto& fields = recordFields<T>;

  static constexpr std::size_t size() noexcept {
    std::size_t all = mergedName.size() + recordName<T>.size() + 1;
    for (const Field& field : fields)
      all += mergedPrefix.size() + 1 + field.name.size();
    return all;
  }
  static constexpr auto make() noexcept {
    std::array<char, size()> made{};
    auto* end = made.data();
    const auto append = [&end](std::string_view text) {
      end = std::copy(text.begin(), text.end(), end);
    };
    append(mergedName);
    append(recordName<T>);
    append(">");
    for (const Field& field : fields) {
      append(mergedPrefix);
      append(".");
      append(field.name);
    }
    return made;
  }
  static constexpr std::array<char, size()> texts = make();

  static constexpr std::string_view name() noexcept {
    return {texts.data(), mergedName.size() + recordName<T>.size() + 1};
  }
};

template <class T>
constexpr auto mergedFields() noexcept {
  using Texts = MergedTexts<T>;
  constexpr std::size_t count = Texts::fields.size();
  constexpr std::size_t offset = mergedOffset(alignof(T));
  std::array<Field, mergedHead.size() + (count == 0 ? 1 : count)> all{};
  auto* end = std::copy(mergedHead.begin(), mergedHead.end(), all.data());
  if constexpr (count == 0) *end = wholeRecord(sizeof(T), offset);
  std::size_t at = Texts::name().size();
  for (const Field& field : Texts::fields) {
    const std::size_t length = mergedPrefix.size() + 1 + field.name.size();
    *end++ = mergedField(field, offset, {Texts::texts.data() + at, length});
    at += length;
  }
  return all;
}

}  // namespace detail

template <class T>
inline constexpr std::string_view recordName<Merged<T>> = detail::MergedTexts<T>::name();

template <class T>
inline constexpr auto recordFields<Merged<T>> = detail::mergedFields<T>();

}  // namespace sluice
