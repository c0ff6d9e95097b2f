// One slot of the ring, in any layout, found by its numbers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sluice/sequence.hpp"
#include "sluice/slot_layout.hpp"

namespace sluice::detail {

// A stamped slot, whatever the record:
//
// offset                    size       field
//      0                       8       stamp
//      max(8, alignment)    record     record

/// What slots of the layouts stampedLines and messages are multiples of.
inline constexpr std::uint64_t cacheLine = 64;

/// Bytes from the start of a slot of the layout messages to the message that lies in it.
inline constexpr std::uint64_t messageOffset = 24;

constexpr bool hasStamps(SlotLayout layout) noexcept {
  return layout != SlotLayout::packed;
}

/// A stamp holds 1 + the sequence of the record in its slot, so that the zeros of a fresh file mean
/// "never written" and a new ring need not be touched.
constexpr std::uint64_t stampOf(Sequence sequence) noexcept {
  return sequence + 1;
}

/// Bytes from the start of a slot to its record.
constexpr std::uint64_t recordOffset(SlotLayout layout, std::uint64_t alignment) noexcept {
  if (layout == SlotLayout::packed) return 0;
  if (layout == SlotLayout::messages) return messageOffset;
  return alignment > sizeof(std::uint64_t) ? alignment : sizeof(std::uint64_t);
}

/// Bytes from one slot to the next.
constexpr std::uint64_t strideOf(SlotLayout layout, std::uint64_t size,
                                 std::uint64_t alignment) noexcept {
  if (layout == SlotLayout::packed) return size;
  const std::uint64_t offset = recordOffset(layout, alignment);
  if (layout == SlotLayout::messages) return offset + size;
  const bool isOnLines = layout == SlotLayout::stampedLines && offset < cacheLine;
  const std::uint64_t unit = isOnLines ? cacheLine : offset;
  return (offset + size + unit - 1) / unit * unit;
}

/// How many bytes ahead of a claim its line is asked for: a few lines, so that they come while
/// others are written, and no further, as a consumer that reads close behind would take them back.
inline constexpr std::size_t fewLines = 384;

/// The numbers of a slot that are known when the program is compiled.
template <class T, SlotLayoutTag L>
struct FixedSlot {
  static constexpr SlotLayout layout = L::value;
  static constexpr bool hasStamp = hasStamps(layout);
  static constexpr std::size_t stride = strideOf(L::value, sizeof(T), alignof(T));
  static constexpr std::size_t offset = recordOffset(L::value, alignof(T));
  static constexpr std::size_t recordSize = sizeof(T);
  static constexpr std::size_t prefetchDistance =
      fewLines > stride ? fewLines / stride* stride : stride;
  /// Slots of the ring that a producer never claims.
  static constexpr std::uint64_t slotsKept = 0;
};

/// The same, read from a segment's checked header.
struct AnySlot {
  SlotLayout layout = SlotLayout::stamped;
  bool hasStamp = true;
  std::size_t stride = 0;
  std::size_t offset = 0;
  std::size_t recordSize = 0;
  static constexpr std::size_t prefetchDistance = fewLines;
  static constexpr std::uint64_t slotsKept = 0;
};

}  // namespace sluice::detail
