// The two sections that every participant may write: doorbells and lifelines.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sluice/layout/doorbell.hpp"
#include "sluice/layout/header.hpp"
#include "sluice/platform/robust_list.hpp"

namespace sluice::layout {

// offset  size  field
//      0     8  doorbell
//      8   120  reserved
struct alignas(lineSpacing) DoorbellLine {
  Doorbell doorbell;
  std::array<std::uint8_t, 120> reserved;
};

static_assert(offsetof(DoorbellLine, doorbell) == 0);
static_assert(offsetof(DoorbellLine, reserved) == 8);
static_assert(sizeof(DoorbellLine) == lineSpacing);

// The doorbells section is one Membership line and then a DoorbellLine for each participant: the
// producer first, then the consumer rows.
//
// offset  size  field
//      0     4  count
//      4   124  reserved
struct alignas(lineSpacing) Membership {
  std::atomic<std::uint32_t> count;  ///< raised by every change of a row; a futex word
  std::array<std::uint8_t, 124> reserved;
};

static_assert(offsetof(Membership, count) == 0);
static_assert(offsetof(Membership, reserved) == 4);
static_assert(sizeof(Membership) == lineSpacing);

/// What a lifeline's word says; the bits are the kernel's robust-futex protocol.
struct LifelineValue {
  std::uint32_t word;

  /// The keeper's thread id as its own pid namespace counts it; 0 is nobody.
  constexpr std::uint32_t thread() const noexcept { return word & 0x3fff'ffffU; }
  /// The kernel has seen the keeper die.
  constexpr bool ownerDied() const noexcept { return (word & 0x4000'0000U) != 0; }
  /// Sleepers ask to be woken at the death.
  constexpr bool hasWaiters() const noexcept { return (word & 0x8000'0000U) != 0; }
};

/// A lifeline holds the keeper's thread id with FUTEX_WAITERS set while its participant lives,
/// FUTEX_OWNER_DIED once the kernel has seen the keeper die, and 0 when nobody is there. The
/// spacing leaves room for the robust-list node that each process keeps at the same place of the
/// page before (section lifelineNodes).
//
// offset  size  field
//      0     4  word
//      4    12  reserved
struct alignas(16) Lifeline {
  std::atomic<std::uint32_t> word;
  std::array<std::uint8_t, 12> reserved;
};

static_assert(offsetof(Lifeline, word) == 0);
static_assert(offsetof(Lifeline, reserved) == 4);
static_assert(sizeof(Lifeline) == 16);
static_assert(platform::RobustList::nodeDistance == sectionAlignment);

}  // namespace sluice::layout
