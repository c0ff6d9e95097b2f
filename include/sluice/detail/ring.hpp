// The slots, and the stamps in them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sluice/detail/slot.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

/// `capacity` slots at an address: sequence s lives in slot s mod capacity. A view; never reads or
/// writes outside them, whatever the sequence. The slot's numbers are constants (FixedSlot) or
/// values (AnySlot); a slot is known by its address.
template <class Slot>
class Ring : private Slot {
 public:
  using Slot::hasStamp;
  using Slot::layout;
  using Slot::offset;
  using Slot::prefetchDistance;
  using Slot::recordSize;
  using Slot::stride;

  Ring(std::byte* base, std::uint64_t capacity, const Slot& slot) noexcept
      : Slot(slot), base_(base), mask_(capacity - 1) {}

  std::uint64_t capacity() const noexcept { return mask_ + 1; }
  std::byte* slot(Sequence sequence) const noexcept { return base_ + (sequence & mask_) * stride; }
  std::byte* record(std::byte* slot) const noexcept { return slot + offset; }
  std::byte* after(std::byte* slot, std::uint64_t n = 1) const noexcept {
    return slot + n * stride;
  }
  /// How many slots lie between two of them.
  std::uint64_t slotsBetween(const std::byte* first, const std::byte* end) const noexcept {
    return static_cast<std::uint64_t>(end - first) / stride;
  }

  /// A slot of no ring, in which no record ever arrives.
  static std::byte* nowhere() noexcept {
    alignas(std::uint64_t) static constinit std::array<std::byte, sizeof(std::uint64_t)> stamp{};
    return stamp.data();
  }

  /// How many slots there are from this sequence's to the end of the ring.
  std::uint64_t untilWrap(Sequence sequence) const noexcept {
    return mask_ + 1 - (sequence & mask_);
  }

  /// Says of this slot that the record of that sequence is there.
  static void stamp(std::byte* slot, Sequence sequence) noexcept {
    stampAt(slot).store(stampOf(sequence), std::memory_order_release);  // [P1] pairs with [S1]
  }

  /// Says of the sequences after `before` and up to `last` that their records are there.
  void stamp(Sequence before, Sequence last) const noexcept {
    while (before != last) {
      std::byte* next = slot(before + 1);
      const std::uint64_t left = last - before;
      const std::uint64_t run = left < untilWrap(before + 1) ? left : untilWrap(before + 1);
      for (std::byte* const end = after(next, run); next != end; next = after(next))
        stamp(next, ++before);
    }
  }

  static std::uint64_t stampIn(const std::byte* slot) noexcept {
    return stampAt(slot).load(std::memory_order_acquire);  // [S1] pairs with [P1]
  }

  /// How many records from `first` on are there, up to `most`. Stamps are stored in their order, so
  /// a stamp that is there stands for all before it: this looks at the end of `guess` records, then
  /// twice as far each time, and then between the last that has come and the first that has not.
  std::uint64_t arrived(Sequence first, std::uint64_t most,
                        std::uint64_t guess = 1) const noexcept {
    const auto hasCome = [&](std::uint64_t n) {
      const Sequence sequence = first + (n - 1);
      return stampIn(slot(sequence)) == stampOf(sequence);
    };
    if (most == 0) return 0;
    std::uint64_t missing = most + 1;
    std::uint64_t come = guess < 1 ? 1 : guess < most ? guess : most;
    if (!hasCome(come)) {
      if (come == 1 || !hasCome(1)) return 0;
      missing = come;
      come = 1;
    }
    while (2 * come < missing && hasCome(2 * come))
      come = 2 * come;
    if (2 * come < missing) missing = 2 * come;
    while (missing - come > 1) {
      const std::uint64_t middle = come + (missing - come) / 2;
      (hasCome(middle) ? come : missing) = middle;
    }
    return come;
  }

 private:
  using Stamp = std::atomic<std::uint64_t>;
  static Stamp& stampAt(std::byte* slot) noexcept { return *reinterpret_cast<Stamp*>(slot); }
  static const Stamp& stampAt(const std::byte* slot) noexcept {
    return *reinterpret_cast<const Stamp*>(slot);
  }

  std::byte* base_;
  std::uint64_t mask_;
};

}  // namespace sluice::detail
