// A cursor that others may wait on.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "sluice/detail/eventcount.hpp"
#include "sluice/detail/wait.hpp"
#include "sluice/policy.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice {

/// The words of a barrier; in the memory of one process, or in memory that several share.
template <SequenceNumber S>
struct BarrierWords {
  alignas(detail::lineSpacing) std::atomic<SequenceWord<S>> cursor{noSequenceOf<S>};
  alignas(detail::lineSpacing) detail::Doorbell doorbell{0};
};

/// What a wait saw: the last sequence published, which is `target` or later unless it ended.
template <SequenceNumber S>
struct WaitResult {
  S lastPublished;
  Status status;
  explicit operator bool() const noexcept { return status == Status::ok; }
};

/// One owner publishes; any number of threads and processes wait. A view: cheap to copy, and the
/// words must outlive it.
template <SequenceNumber S>
class SequenceBarrier {
 public:
  using Word = SequenceWord<S>;

  SequenceBarrier(std::atomic<Word>& cursor, detail::Doorbell& doorbell, WakeProtocol protocol,
                  std::atomic<std::uint64_t>* wakes = nullptr) noexcept
      : cursor_(&cursor), eventcount_(doorbell, protocol, wakes) {}

  explicit SequenceBarrier(BarrierWords<S>& words,
                           WakeProtocol protocol = WakeProtocol::fence) noexcept
      : SequenceBarrier(words.cursor, words.doorbell, protocol) {}

  /// Makes `sequence`, and all before it, visible with everything written before the call, and
  /// wakes the threads that wait for it. Only by the owner; sequences only grow.
  void publish(S sequence) noexcept {
    cursor_->store(sequence, std::memory_order_release);  // [P1] pairs with [W1] [W4] [G1]
    eventcount_.announce(sequence);
  }

  /// The last sequence published, with acquire ordering; `noSequenceOf<S>` before the first.
  S lastPublished() const noexcept {
    return static_cast<S>(cursor_->load(std::memory_order_acquire));  // [G1] pairs with [P1]
  }

  /// Returns once `target` is published, at once if it was; or when the limit is over. `target` may
  /// be at most half the sequence space ahead, and at most 2^30.
  WaitResult<S> wait(S target, const WaitLimit& limit = {},
                     const WaitStrategy& strategy = {}) const {
    if (limit.stop().stop_requested()) return {lastPublished(), Status::stopped};
    Published published(*this, target);
    if (published.isReady()) return {published.last, Status::ok};
    const Status status = detail::waitFor(published, strategy, limit.started());
    return {published.last, status};
  }

  WaitResult<S> tryWait(S target) const { return wait(target, WaitLimit::now()); }

  /// Wakes all waiters to look again, though nothing was published.
  void ring() const noexcept { eventcount_.ring(); }
  const detail::Eventcount& eventcount() const noexcept { return eventcount_; }

 private:
  /// Waits on an owner that cannot end.
  struct Published final : detail::Awaited {
    Published(const SequenceBarrier& awaited, S sequence) noexcept
        : barrier(awaited), target(sequence), last(awaited.lastPublished()) {}
    bool isReady() noexcept override { return reached(last = barrier.lastPublished(), target); }
    Status checkPeer() override { return Status::ok; }
    detail::FutexExpectation arm() noexcept override { return barrier.eventcount_.arm(target); }
    std::optional<detail::Eventcount> eventcount() const noexcept override {
      return barrier.eventcount_;
    }
    void interrupt() noexcept override { barrier.ring(); }

    const SequenceBarrier& barrier;
    const S target;
    S last;
  };

  std::atomic<Word>* cursor_;
  detail::Eventcount eventcount_;
};

}  // namespace sluice
