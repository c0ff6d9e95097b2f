// The two sections that every participant may write: doorbells and lifelines.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "format/header.hpp"
#include "format/lifeline_value.hpp"
#include "sluice/detail/doorbell.hpp"

namespace sluice::detail {

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

/// A lifeline holds the keeper's thread id with FUTEX_WAITERS set while its participant lives,
/// FUTEX_OWNER_DIED once the kernel has seen the keeper die, and 0 when nobody is there. The
/// spacing leaves room for the robust-list node that each process keeps at the same place of the
/// page before (section lifelineNodes).
//
// offset  size  field
//      0     4  word
//      4    12  reserved
struct alignas(16) LifelineWord {
  std::atomic<std::uint32_t> word;
  std::array<std::uint8_t, 12> reserved;
};

static_assert(offsetof(LifelineWord, word) == 0);
static_assert(offsetof(LifelineWord, reserved) == 4);
static_assert(sizeof(LifelineWord) == 16);

}  // namespace sluice::detail
