// Whether another participant is dead.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "sluice/liveness/participant.hpp"
#include "sluice/platform/futex.hpp"

namespace sluice {

/// Looks at one participant for one wait of another. The mark on its lifeline is the news and costs
/// a load; its lease is the truth and costs a hop to the keeper, so that is asked only with a
/// reason, and again at growing intervals: the kernel frees the lease when the memory of the
/// process is torn down, which takes from under a millisecond to seconds (a core dump). Used by one
/// thread.
class DeathWatch {
 public:
  DeathWatch(const Participant& self, std::uint32_t peer) noexcept : self_(self), peer_(peer) {}

  /// The word to sleep on.
  const std::atomic<std::uint32_t>& lifeline() const noexcept;

  /// The kernel has seen its keeper die. Its other threads may still store for a moment.
  bool isMarked() const noexcept;

  /// Its lease is free: nothing of the process is left that could store. Asks when it is time to;
  /// otherwise false.
  bool isGone(bool suspected);

  /// It is `suspected`, or it is marked and was not asked about just now. For who asks in a way of
  /// its own, and says so with stillThere() unless it is gone.
  bool isTimeToAsk(bool suspected);
  void stillThere();

  /// When to ask again, of one that is marked and not gone yet; `forever` for any other.
  platform::TimePoint askAgainAt() const noexcept { return askAgainAt_; }

 private:
  static constexpr std::chrono::microseconds shortestPause{20};
  static constexpr std::chrono::milliseconds longestPause{100};

  const Participant& self_;
  std::uint32_t peer_;
  platform::TimePoint markedSince_{};
  platform::TimePoint askAgainAt_ = platform::forever;
};

}  // namespace sluice
