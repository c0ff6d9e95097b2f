// A slot of the layout messages: where its message lies, and the message itself if it is short.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sluice/detail/slot.hpp"
#include "sluice/slot_layout.hpp"

namespace sluice::detail {

// offset  size       field
//      0     8       stamp
//      8     8       position
//     16     8       content
//     24     inline  bytes

inline constexpr std::uint64_t maxMessageSlot = 4096;
/// What messages that lie in a slot are aligned to; those in the payload region are on whole lines.
inline constexpr std::uint64_t messageAlignment = 8;

/// One word:
///
///   bits  0..30  size      bytes of the message
///   bit  31      inRegion  it lies in the payload region, and not in the slot
///   bits 32..63  kind      the user's number
struct ContentWord {
  std::uint64_t word;

  static constexpr std::uint64_t sizeMask = (std::uint64_t{1} << 31) - 1;
  static constexpr std::uint64_t inRegionBit = std::uint64_t{1} << 31;

  static constexpr ContentWord of(std::uint64_t size, bool inRegion, std::uint32_t kind) noexcept {
    return {size | (inRegion ? inRegionBit : 0) | std::uint64_t{kind} << 32};
  }
  constexpr std::uint64_t size() const noexcept { return word & sizeMask; }
  constexpr bool inRegion() const noexcept { return (word & inRegionBit) != 0; }
  constexpr std::uint32_t kind() const noexcept { return static_cast<std::uint32_t>(word >> 32); }
};

/// The beginning of a slot. Position and content are stored before the stamp, and loaded once for
/// each look, as a damaged segment may change them at any moment.
struct MessageHead {
  std::atomic<std::uint64_t> stamp;
  std::atomic<std::uint64_t> position;
  std::atomic<std::uint64_t> content;
};

static_assert(offsetof(MessageHead, position) == 8);
static_assert(offsetof(MessageHead, content) == 16);
static_assert(sizeof(MessageHead) == messageOffset);

inline MessageHead& headOf(std::byte* slot) noexcept {
  return *reinterpret_cast<MessageHead*>(slot);
}
inline const MessageHead& headOf(const std::byte* slot) noexcept {
  return *reinterpret_cast<const MessageHead*>(slot);
}

/// The numbers of such slots, as AnySlot has those of records.
struct MessageSlot {
  static constexpr SlotLayout layout = SlotLayout::messages;
  static constexpr bool hasStamp = true;
  static constexpr std::size_t offset = messageOffset;
  static constexpr std::size_t prefetchDistance = fewLines;
  /// The last message published, where a successor begins, stays in its slot.
  static constexpr std::uint64_t slotsKept = 1;
  std::size_t stride = 0;
  std::size_t recordSize = 0;  ///< bytes of the longest message that lies in its slot
};

}  // namespace sluice::detail
