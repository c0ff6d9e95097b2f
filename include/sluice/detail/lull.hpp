// How long a consumer that has caught up with a dense stream leaves it alone.
#pragma once

#include <cstdint>

#include "sluice/detail/ticks.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// A consumer that looks for each record as it comes takes the cache line from the producer for
/// every one of them, and both go at the pace of that. A consumer that comes back after many have
/// come takes each line once. So when a batch of several ends where the stream ended just then, the
/// looks that follow leave the stream alone for a lull, twice as long each time as long as that
/// pays, and not at all once the records come so slowly that looking for each is no burden. So a
/// record after a single one is never late, and one after a burst at most about as late as the
/// burst is long. docs/performance.md has the measurements.
class Lull {
 public:
  static constexpr std::uint64_t shortest = 128;  // ticks: some 50 ns
  /// Records that come further apart than this, some 50 ns, are not worth staying away for.
  static constexpr std::uint64_t sparsest = 128;
  /// The longest for a consumer that polls, which may have something else to do: some 200 ns.
  static constexpr std::uint64_t longestOfPolls = 512;

  /// The longest for a consumer that waits so; 0 for none.
  static std::uint64_t longestOf(const WaitStrategy& strategy) noexcept {
    return static_cast<std::uint64_t>(strategy.longestLull().count()) * ticksPerNanosecond;
  }

  /// No lull from here on is longer; 0 for none.
  void limitTo(std::uint64_t longest) noexcept { longest_ = longest; }

  /// A batch of at least two was taken.
  void took(std::uint64_t count) noexcept { found_ += count; }

  /// A batch of at least two ended where the stream did: a lull begins, if it is worth it.
  void caughtUp() noexcept {
    const bool pays = time_ == 0 || found_ * sparsest > time_;
    const std::uint64_t longer = time_ == 0 ? shortest : 2 * time_;
    time_ = !pays ? 0 : longer < longest_ ? longer : longest_;
    found_ = 0;
    looks_ = 0;
    isOn_ = time_ != 0;
  }

  bool isOn() const noexcept { return isOn_; }
  /// In ticks: of the lull that is on, or was the last one.
  std::uint64_t length() const noexcept { return time_; }

  /// For each look that is left out while it is on: true once the lull is over. The first of them
  /// begins it, so that it comes after the work on the batch. The clock is read by the first, the
  /// second, the fourth and so on: a fast loop pays little, and a slow one stays away for no more
  /// than twice as long.
  bool isOver() noexcept {
    ++looks_;
    if ((looks_ & (looks_ - 1)) != 0) return false;
    const std::uint64_t now = ticks();
    if (looks_ == 1) end_ = now + time_;
    if (now < end_) return false;
    isOn_ = false;
    return true;
  }

  /// A look after a lull found nothing: the stream is not dense any more.
  void foundNothing() noexcept { time_ = 0; }

 private:
  std::uint64_t longest_ = 0;
  std::uint64_t found_ = 0;  // since the last one began
  std::uint64_t time_ = 0;   // of the last one
  std::uint64_t end_ = 0;
  std::uint32_t looks_ = 0;
  bool isOn_ = false;
};

}  // namespace sluice::detail
