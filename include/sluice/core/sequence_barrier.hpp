// A cursor that others may wait on.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "sluice/core/bell.hpp"
#include "sluice/core/ended.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/core/wait_strategy.hpp"
#include "sluice/core/waiting.hpp"
#include "sluice/layout/header.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/platform/fence.hpp"

namespace sluice {

/// A cursor and its doorbell for participants of one process. Those of a segment lie in its pages.
template <SequenceNumber S>
struct BarrierWords {
  alignas(layout::lineSpacing) std::atomic<SequenceWord<S>> cursor{initialSequence<S>};
  alignas(layout::lineSpacing) layout::Doorbell doorbell{0};
};

/// What a wait saw: the last sequence published, which is `target` or later unless it ended.
template <SequenceNumber S>
struct WaitResult {
  S lastPublished;
  Ended ended;
  explicit operator bool() const noexcept { return ended == Ended::no; }
};

/// One owner publishes; any number of threads and processes wait. A view: cheap to copy, and the
/// words must outlive it.
template <SequenceNumber S>
class SequenceBarrier {
 public:
  using Word = SequenceWord<S>;

  SequenceBarrier(std::atomic<Word>& cursor, layout::Doorbell& doorbell,
                  platform::WakeProtocol protocol,
                  std::atomic<std::uint64_t>* wakes = nullptr) noexcept
      : cursor_(&cursor), bell_(doorbell, protocol, wakes) {}

  explicit SequenceBarrier(BarrierWords<S>& words,
                           platform::WakeProtocol protocol = platform::WakeProtocol::fence) noexcept
      : SequenceBarrier(words.cursor, words.doorbell, protocol) {}

  /// Makes `sequence`, and all before it, visible with everything written before the call, and
  /// wakes who waits for it. Only by the owner; sequences only grow.
  void publish(S sequence) noexcept {
    cursor_->store(sequence, std::memory_order_release);  // [P1] pairs with [W1] [W4] [G1]
    bell_.announce(sequence);
  }

  /// publish() for a caller that knows the protocol to be membarrier: true when somebody asks for a
  /// wake, and then bell().answer(sequence) has to follow.
  [[nodiscard]] bool publishLightly(S sequence) noexcept {
    cursor_->store(sequence, std::memory_order_release);  // [P1] pairs with [W1] [W4] [G1]
    return bell_.isRungLightly();
  }

  /// The last sequence published, with acquire ordering; initialSequence before the first.
  S lastPublished() const noexcept {
    return static_cast<S>(cursor_->load(std::memory_order_acquire));  // [G1] pairs with [P1]
  }

  /// Returns once `target` is published, at once if it was; or when the limit is over. `target` may
  /// be at most half the sequence space ahead, and at most 2^30.
  WaitResult<S> wait(S target, const WaitLimit& limit = {},
                     const WaitStrategy& strategy = {}) const {
    WatchNobody nobody;
    return wait(target, limit, strategy, nobody);
  }

  /// The same, giving up also when the watch says that the owner has ended.
  template <Watch W>
  WaitResult<S> wait(S target, const WaitLimit& limit, const WaitStrategy& strategy,
                     W& watch) const {
    S last = lastPublished();
    if (reached(last, target)) return {last, Ended::no};
    const auto isReached = [&] { return reached(last = lastPublished(), target); };
    const Ended ended = Waiting(bell_, target, isReached, watch).wait(strategy, limit);
    return {last, ended};
  }

  WaitResult<S> tryWait(S target) const { return wait(target, WaitLimit::now()); }

  /// Wakes all waiters to look again, though nothing was published.
  void ring() const noexcept { bell_.ring(); }
  const Bell& bell() const noexcept { return bell_; }

 private:
  std::atomic<Word>* cursor_;
  Bell bell_;
};

}  // namespace sluice
