// One record of the ring, in either slot layout.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "sluice/layout/header.hpp"
#include "sluice/layout/sequence.hpp"

namespace sluice {

/// Slot layouts as template arguments of the roles.
struct stamped {
  static constexpr layout::SlotLayout value = layout::SlotLayout::stamped;
};
struct packed {
  static constexpr layout::SlotLayout value = layout::SlotLayout::packed;
};

template <class L>
concept SlotLayoutTag = std::same_as<L, stamped> || std::same_as<L, packed>;

namespace layout {

/// A stamp holds 1 + the sequence of the record in its slot, so that the zeros of a fresh file mean
/// "never written" and a new ring need not be touched.
constexpr std::uint64_t stampOf(Sequence sequence) noexcept {
  return sequence + 1;
}

// offset                    size       field
//      0                       8       stamp
//      max(8, alignof(T))  sizeof(T)   record
template <class T>
struct StampedSlot {
  std::atomic<std::uint64_t> stamp;
  T record;
};

template <class T>
struct PackedSlot {
  T record;
};

template <class T, SlotLayoutTag L>
using Slot = std::conditional_t<std::same_as<L, stamped>, StampedSlot<T>, PackedSlot<T>>;

/// Bytes from the start of a slot to its record, and from one slot to the next, as a reader that
/// does not know the type computes them.
constexpr std::uint64_t recordOffset(SlotLayout layout, std::uint64_t alignment) noexcept {
  if (layout == SlotLayout::packed) return 0;
  return alignment > sizeof(std::uint64_t) ? alignment : sizeof(std::uint64_t);
}
constexpr std::uint64_t strideOf(SlotLayout layout, std::uint64_t size,
                                 std::uint64_t alignment) noexcept {
  if (layout == SlotLayout::packed) return size;
  const std::uint64_t unit = recordOffset(layout, alignment);
  return unit + (size + unit - 1) / unit * unit;
}

}  // namespace layout
}  // namespace sluice
