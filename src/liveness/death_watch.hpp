// Whether another participant is dead.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "os/lease_file.hpp"
#include "sluice/detail/time_point.hpp"

namespace sluice::detail {

/// Looks at one peer, from one wait to the next. The mark on its lifeline is the news and costs a
/// load; its lease is the truth and costs a system call. So the lease is asked only with a reason:
/// at once when the mark is new, then at growing intervals, as the kernel frees the lease when the
/// memory of the process is torn down, which takes from under a millisecond to seconds (a core
/// dump); and without a mark once a slice in which the peer made no progress, as some systems
/// cannot mark. Used by one thread.
class DeathWatch {
 public:
  /// Of the peer that holds that byte; the file must outlive the watch, and the word be mapped for
  /// as long.
  DeathWatch(const LeaseFile& leases, std::uint64_t byte,
             const std::atomic<std::uint32_t>& lifeline) noexcept
      : leases_(&leases), byte_(byte), lifeline_(&lifeline) {}

  /// The word to sleep on.
  const std::atomic<std::uint32_t>& lifeline() const noexcept { return *lifeline_; }

  /// The kernel has seen its keeper die. Its other threads may still store for a moment.
  bool isMarked() const noexcept;

  /// Its lease is free: nothing of the process is left that could store; where the kernel gives no
  /// answer, its mark decides. Asks when it is time to; otherwise false. `progress` is any number
  /// that grows with what the peer does.
  bool isGone(std::uint64_t progress);

  /// For a caller that asks in a way of its own, and says so with stillThere() unless the peer is
  /// gone: it is time to ask.
  bool isTimeToAsk();
  void stillThere();

  /// The lease was not asked yet since the mark came.
  bool isNews() const noexcept { return isMarked() && !markedSince_; }

  /// When to ask again.
  TimePoint askAgainAt() const noexcept { return askAgainAt_; }

 private:
  std::chrono::milliseconds pause() const noexcept;

  static constexpr std::chrono::microseconds shortestPause{20};
  static constexpr std::chrono::milliseconds longestPause{100};

  const LeaseFile* leases_;
  std::uint64_t byte_;
  const std::atomic<std::uint32_t>* lifeline_;
  std::uint64_t progress_ = 0;
  std::optional<TimePoint> markedSince_;
  TimePoint askAgainAt_ = forever;  // until the first look
};

}  // namespace sluice::detail
