// One consumer's row: what it read, which process it is, what its death or stall means.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "format/cursor.hpp"
#include "sluice/policy.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

enum class RowState : std::uint32_t {
  free = 0,     ///< nobody's; the holder of its lease may take the row
  live = 1,     ///< gates the producer, also when its consumer died and the row is held
  evicted = 2,  ///< exempted by the producer: its consumer is dead, or stalled for too long
};

/// One word, changed only by compare-and-swap:
///
///   bits  0..1   state
///   bits  2..31  committed   the low 30 bits of the last good commit of a consumer that
///                            may be evicted; 0 for others
///   bits 32..63  generation  counts the consumers that have had the row; a successor that goes on
///                            with a held row keeps it
///
/// An eviction and a commit change the same word, so that either the commit is good or the eviction
/// found it undone.
struct RowWord {
  std::uint64_t word;

  static constexpr std::uint64_t committedMask = (std::uint64_t{1} << 30) - 1;

  static constexpr RowWord of(std::uint32_t generation, RowState state) noexcept {
    return {std::uint64_t{generation} << 32 | static_cast<std::uint32_t>(state)};
  }
  constexpr std::uint32_t generation() const noexcept {
    return static_cast<std::uint32_t>(word >> 32);
  }
  constexpr RowState state() const noexcept { return static_cast<RowState>(word & 3); }
  constexpr bool gates() const noexcept { return state() == RowState::live; }

  /// The same with another state.
  constexpr RowWord as(RowState state) const noexcept {
    return {(word & ~std::uint64_t{3}) | static_cast<std::uint32_t>(state)};
  }
  /// The same with this sequence as the last good commit.
  constexpr RowWord withCommitted(std::uint64_t sequence) const noexcept {
    return {(word & ~(committedMask << 2)) | (sequence & committedMask) << 2};
  }
  /// The last good commit, which is at most `cursor` and at least `cursor` less one ring.
  constexpr std::uint64_t committedUpTo(std::uint64_t cursor) const noexcept {
    return cursor - ((cursor - (word >> 2)) & committedMask);
  }
};

/// One row that another runs after: {generation, row + 1}, or 0 for none.
using UpstreamEntry = std::atomic<std::uint64_t>;

/// Whether a row that shows this cursor is only surely low enough, as its consumer has not yet
/// found where it begins.
constexpr bool isJoining(Sequence cursor, Sequence joinedAt) noexcept {
  return distance(cursor + 1, joinedAt) > 0;
}

/// 1 + the first record that a consumer's name was not given, when `committed` is its last commit.
/// A consumer that is gone before its first commit leaves what was owed to it to the next of its
/// name, because nobody may have been told.
constexpr std::uint64_t owedAfter(Sequence committed, Sequence joinedAt,
                                  std::uint64_t owedFrom) noexcept {
  return committed + 1 != joinedAt || owedFrom == 0 ? committed + 2 : owedFrom;
}

// offset  size  field
//      0   128  cursor
//    128     8  row
//    136     8  asleepFor
//    144     8  joinedAt
//    152     4  onDeath
//    156     4  reserved0
//    160     8  evictAfter
//    168    24  identity
//    192    64  name
//    256   512  upstream
//    768     8  sleeps
//    776     8  wakes
//    784     8  owedFrom
//    792     8  attachedAt
//    800     8  sleptAt
//    808     8  evictedAt
//    816  3280  reserved
struct ConsumerPage {
  Cursor cursor;                         ///< the last sequence committed
  std::atomic<std::uint64_t> row;        ///< a RowWord
  std::atomic<std::uint64_t> asleepFor;  ///< 1 + the sequence it sleeps for; 0 while it is awake
  std::atomic<std::uint64_t> joinedAt;   ///< the first sequence it was given
  std::atomic<OnDeath> onDeath;
  std::uint32_t reserved0;
  std::atomic<std::uint64_t> evictAfter;  ///< nanoseconds of stall; 0 is never
  SharedIdentity identity;
  std::array<char, 64> name;  ///< ends with NUL; empty for one without a name
  std::array<UpstreamEntry, maxConsumerRows> upstream;
  std::atomic<std::uint64_t> sleeps;
  std::atomic<std::uint64_t> wakes;
  /// 1 + the first record that its name had not been given when it joined, and in a free row when
  /// its consumer left; 0 when none was missing.
  std::atomic<std::uint64_t> owedFrom;
  // Nanoseconds since boot (CLOCK_MONOTONIC); 0 is never.
  std::atomic<std::uint64_t> attachedAt;
  std::atomic<std::uint64_t> sleptAt;    ///< when it last began to sleep for a record
  std::atomic<std::uint64_t> evictedAt;  ///< when the producer went on without it
  std::array<std::uint8_t, 3280> reserved;

  /// With `shown` loaded from the cursor: whether its consumer is still joining.
  bool isJoining(Sequence shown) const noexcept {
    return detail::isJoining(shown, joinedAt.load(std::memory_order_relaxed));
  }
  std::uint64_t owedAfter(Sequence committed) const noexcept {
    return detail::owedAfter(committed, joinedAt.load(std::memory_order_relaxed),
                             owedFrom.load(std::memory_order_relaxed));
  }
};

static_assert(offsetof(ConsumerPage, cursor) == 0);
static_assert(offsetof(ConsumerPage, row) == 128);
static_assert(offsetof(ConsumerPage, asleepFor) == 136);
static_assert(offsetof(ConsumerPage, joinedAt) == 144);
static_assert(offsetof(ConsumerPage, onDeath) == 152);
static_assert(offsetof(ConsumerPage, reserved0) == 156);
static_assert(offsetof(ConsumerPage, evictAfter) == 160);
static_assert(offsetof(ConsumerPage, identity) == 168);
static_assert(offsetof(ConsumerPage, name) == 192);
static_assert(offsetof(ConsumerPage, upstream) == 256);
static_assert(offsetof(ConsumerPage, sleeps) == 768);
static_assert(offsetof(ConsumerPage, wakes) == 776);
static_assert(offsetof(ConsumerPage, owedFrom) == 784);
static_assert(offsetof(ConsumerPage, attachedAt) == 792);
static_assert(offsetof(ConsumerPage, sleptAt) == 800);
static_assert(offsetof(ConsumerPage, evictedAt) == 808);
static_assert(offsetof(ConsumerPage, reserved) == 816);
static_assert(sizeof(ConsumerPage) == sectionAlignment);

}  // namespace sluice::detail
