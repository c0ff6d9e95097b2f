// The slots, and the stamps in them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "sluice/layout/sequence.hpp"
#include "sluice/layout/slot.hpp"

namespace sluice {

/// `capacity` slots at an address: sequence s lives in slot s mod capacity. A view; never reads or
/// writes outside them, whatever the sequence.
template <class T, SlotLayoutTag L>
class Ring {
  static_assert(std::is_trivially_copyable_v<T>,
                "a record is copied between processes byte by byte");

 public:
  using Slot = layout::Slot<T, L>;
  static constexpr bool hasStamps = std::is_same_v<L, stamped>;

  Ring(std::byte* base, std::uint64_t capacity) noexcept
      : slots_(reinterpret_cast<Slot*>(base)), mask_(capacity - 1) {}

  std::uint64_t capacity() const noexcept { return mask_ + 1; }
  Slot& slot(Sequence sequence) const noexcept { return slots_[sequence & mask_]; }

  /// A slot of no ring, in which no record ever arrives.
  static Slot* nowhere() noexcept {
    alignas(Slot) static constinit std::byte slot[sizeof(Slot)]{};
    return reinterpret_cast<Slot*>(slot);
  }

  /// How many slots there are from this sequence's to the end of the ring.
  std::uint64_t untilWrap(Sequence sequence) const noexcept {
    return mask_ + 1 - (sequence & mask_);
  }

  /// Says of this slot that the record of that sequence is there.
  static void stamp(Slot& slot, Sequence sequence) noexcept requires hasStamps {
    slot.stamp.store(layout::stampOf(sequence), std::memory_order_release);  // [P1] pairs with [S1]
  }

  /// Says of the sequences after `before` and up to `last` that their records are there.
  void stamp(Sequence before, Sequence last) const noexcept requires hasStamps {
    while (before != last) {
      Slot* next = &slot(before + 1);
      Slot* const end = next + std::min(last - before, untilWrap(before + 1));
      while (next != end)
        stamp(*next++, ++before);
    }
  }

  static std::uint64_t stampIn(const Slot& slot) noexcept requires hasStamps {
    return slot.stamp.load(std::memory_order_acquire);  // [S1] pairs with [P1]
  }

  /// How many records from `first` on are there, up to `most`. Stamps are stored in their order, so
  /// one that is there stands for all before it: this looks twice as far each time, and then
  /// between the last that has come and the first that has not.
  std::uint64_t arrived(Sequence first, std::uint64_t most) const noexcept requires hasStamps {
    const auto hasCome = [&](std::uint64_t n) {
      const Sequence sequence = first + (n - 1);
      return stampIn(slot(sequence)) == layout::stampOf(sequence);
    };
    if (most == 0 || !hasCome(1)) return 0;
    std::uint64_t come = 1;
    while (come != most && hasCome(std::min(2 * come, most)))
      come = std::min(2 * come, most);
    std::uint64_t missing = std::min(2 * come, most + 1);
    while (missing - come > 1) {
      const std::uint64_t middle = come + (missing - come) / 2;
      (hasCome(middle) ? come : missing) = middle;
    }
    return come;
  }

 private:
  Slot* slots_;
  std::uint64_t mask_;
};

}  // namespace sluice
