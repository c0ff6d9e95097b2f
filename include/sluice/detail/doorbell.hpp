// The word beside a cursor through which sleepers ask for a wake.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sluice::detail {

/// Words that different threads write lie this far apart: two lines, because adjacent ones are
/// fetched in pairs.
inline constexpr std::size_t lineSpacing = 128;

/// One 64-bit word, changed only by read-modify-write:
///
///   bits  0..31  epoch    counts the answers; sleepers sleep on this half
///   bit   32     armed    somebody asks for a wake
///   bits 33..63  awaited  the low 31 bits of the lowest sequence that anybody asleep waits for
///
/// Never reset: a sleeper may hold an epoch from before.
using Doorbell = std::atomic<std::uint64_t>;

struct DoorbellValue {
  std::uint64_t word;

  static constexpr std::uint64_t armedBit = std::uint64_t{1} << 32;
  static constexpr std::uint32_t awaitedMask = 0x7fff'ffff;

  constexpr std::uint32_t epoch() const noexcept { return static_cast<std::uint32_t>(word); }
  constexpr bool armed() const noexcept { return (word & armedBit) != 0; }
  constexpr std::uint32_t awaited() const noexcept {
    return static_cast<std::uint32_t>(word >> 33);
  }

  /// The same epoch, armed for this sequence.
  constexpr DoorbellValue armedFor(std::uint32_t sequence) const noexcept {
    return {std::uint64_t{sequence & awaitedMask} << 33 | armedBit | epoch()};
  }
  /// The next epoch, disarmed.
  constexpr DoorbellValue answered() const noexcept { return {std::uint64_t{epoch() + 1U}}; }
};

/// The half of the doorbell that a futex can sleep on.
inline const void* epochWord(const Doorbell& doorbell) noexcept {
  return &doorbell;
}

static_assert(sizeof(Doorbell) == 8 && Doorbell::is_always_lock_free);
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "epochWord() is the low half");

}  // namespace sluice::detail
