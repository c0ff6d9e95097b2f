// The waiter's side of the protocol: spin, ask, look again, sleep.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "sluice/core/bell.hpp"
#include "sluice/core/ended.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/core/wait_strategy.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/layout/shared_words.hpp"

namespace sluice {

/// The longest sleep in one piece. After each, everything is looked at anew: that covers what no
/// wake can, a waker that was stopped or died before it could wake.
inline constexpr std::chrono::milliseconds sleepSlice{250};

/// What a waiter knows of the one it waits for.
template <class W>
concept Watch = requires(W watch, bool sliceOver) {
  /// The word on which its death is announced, or null.
  { watch.lifeline() } -> std::convertible_to<const std::atomic<std::uint32_t>*>;
  /// Why there will be nothing more, or Ended::no. `sliceOver`: nobody woke this waiter for a whole
  /// slice, so even a costly look is worth it.
  { watch.ended(sliceOver) } -> std::same_as<Ended>;
  /// When ended() wants to be asked again, though nobody wakes this waiter; or `forever`.
  { watch.lookAgainAt() } -> std::same_as<platform::TimePoint>;
  /// Called before and after each sleep.
  watch.asleep();
  watch.awake();
};

/// Waits on one that cannot end.
struct WatchNobody {
  const std::atomic<std::uint32_t>* lifeline() const noexcept { return nullptr; }
  Ended ended(bool) const noexcept { return Ended::no; }
  platform::TimePoint lookAgainAt() const noexcept { return platform::forever; }
  void asleep() const noexcept {}
  void awake() const noexcept {}
};

/// Returns Ended::no once `isReached()` holds, or why it will not. Nothing is allocated. A sequence
/// that was published before the end is still reached.
template <SequenceNumber S, class IsReached, Watch W>
class Waiting {
 public:
  Waiting(const Bell& bell, S target, IsReached isReached, W& watch) noexcept
      : bell_(bell), target_(target), isReached_(isReached), watch_(watch) {}

  Ended wait(const WaitStrategy& strategy, const WaitLimit& limit) {
    constexpr std::uint32_t looksPerCheck = 64;
    constexpr std::uint32_t looksPerClock = 1U << 14;  // well under a slice, however fast the looks
    platform::TimePoint sliceEnd = platform::TimePoint::min();
    for (std::uint32_t round = 0;; ++round) {
      if (isReached_()) return Ended::no;  // [W1] pairs with [P1]
      if (round % looksPerCheck == 0) {
        const bool sliceOver = round % looksPerClock == 0 && round != 0 && isSliceOver(sliceEnd);
        if (const Ended ended = giveUp(limit, sliceOver); ended != Ended::no) return ended;
      }
      if (!strategy.idle(round)) return sleepUntilReached(limit);
    }
  }

 private:
  Ended giveUp(const WaitLimit& limit, bool sliceOver) {
    Ended ended = watch_.ended(sliceOver);
    if (ended == Ended::no && limit.stop().stop_requested()) ended = Ended::stopped;
    if (ended == Ended::no && isPast(limit.deadline())) ended = Ended::timedOut;
    // The last record may have come just before the end.
    return ended != Ended::no && isReached_() ? Ended::no : ended;
  }

  /// Who never sleeps must ask all the same, once a slice, whether the other side still lives.
  static bool isSliceOver(platform::TimePoint& sliceEnd) {
    const auto now = std::chrono::steady_clock::now();
    if (now < sliceEnd) return false;
    const bool isFirst = sliceEnd == platform::TimePoint::min();
    sliceEnd = now + sleepSlice;
    return !isFirst;
  }

  static bool isPast(platform::TimePoint deadline) {
    if (deadline == platform::forever) return false;
    return deadline == platform::TimePoint::min() || std::chrono::steady_clock::now() >= deadline;
  }

  Ended sleepUntilReached(const WaitLimit& limit) {
    const auto wakeMe = [this] { bell_.ring(); };
    std::optional<std::stop_callback<decltype(wakeMe)>> onStop;
    if (limit.stop().stop_possible()) onStop.emplace(limit.stop(), wakeMe);

    bool sliceOver = false;
    std::uint32_t toldOf = 0;
    for (;;) {
      const std::uint32_t epoch = bell_.arm(target_);
      bell_.heavyFence();
      const auto* lifeline = watch_.lifeline();
      const std::uint32_t alive =
          lifeline == nullptr ? 0
                              : lifeline->load(std::memory_order_acquire);  // [D1] pairs with [D0]
      // The kernel marks, and then wakes one sleeper; that may be one who came in between.
      if (alive != toldOf && layout::LifelineValue{alive}.ownerDied()) platform::wakeAll(lifeline);
      toldOf = alive;
      if (isReached_()) return Ended::no;  // [W4] pairs with [P1]
      if (const Ended ended = giveUp(limit, sliceOver); ended != Ended::no) return ended;
      const platform::TimePoint sliceEnd = std::chrono::steady_clock::now() + sleepSlice;
      watch_.asleep();
      const auto slept = bell_.sleep(epoch, lifeline, alive,
                                     std::min({sliceEnd, limit.deadline(), watch_.lookAgainAt()}));
      watch_.awake();
      // The kernel wakes only one of those who sleep on a lifeline.
      if (lifeline != nullptr && lifeline->load(std::memory_order_acquire) != alive)  // [D1]
        platform::wakeAll(lifeline);
      sliceOver =
          slept == platform::Sleep::timedOut && std::chrono::steady_clock::now() >= sliceEnd;
      if (isReached_()) return Ended::no;  // [W1] pairs with [P1]
    }
  }

  const Bell& bell_;
  S target_;
  IsReached isReached_;
  W& watch_;
};

}  // namespace sluice
