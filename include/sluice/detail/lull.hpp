// How long a consumer that has caught up with a dense stream stays away from it.
#pragma once

#include <chrono>
#include <cstdint>

#include "sluice/detail/time_point.hpp"
#include "sluice/sequence.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// A consumer that looks for each record as it comes takes the cache line from the producer for
/// every one of them, and both go at the pace of that. One that comes back after many have come
/// takes each line once. So after each stretch of records that came without waiting, it stays away
/// for a while, for twice as long as the last time as long as that pays, and not at all once the
/// records come so slowly that looking for each is no burden. So a record after a single one is
/// never late, and one after a burst at most about as late as the burst is long.
/// docs/performance.md has the measurements.
class Lull {
 public:
  using Time = std::chrono::nanoseconds;

  static constexpr Time shortest{200};
  /// Records that come further apart than this are not worth staying away for.
  static constexpr Time sparsest{150};

  /// Begins after the record `last`.
  Lull(Sequence last, const WaitStrategy& strategy) noexcept : last_(last), strategy_(strategy) {}

  /// Called when there is nothing after the record `last`: stays away for as long as that is good,
  /// which is not at all when one record came since the last call, nor past the deadline. At most
  /// strategy.longestLull(), and what others take who are let run.
  void pass(Sequence last, TimePoint deadline) noexcept;

  /// How long that is when `found` records came since it was asked before.
  Time after(std::uint64_t found) noexcept;

 private:
  Sequence last_;
  WaitStrategy strategy_;
  Time time_ = Time::zero();
};

}  // namespace sluice::detail
