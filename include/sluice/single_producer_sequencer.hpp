// Hands out sequences to the one producer, never more than the capacity ahead of the slowest gate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "sluice/barrier_group.hpp"
#include "sluice/detail/claim_limit.hpp"
#include "sluice/detail/gate.hpp"
#include "sluice/detail/sequencer_words.hpp"
#include "sluice/error.hpp"
#include "sluice/policy.hpp"
#include "sluice/sequence.hpp"
#include "sluice/sequence_barrier.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice {

/// Sequences first, first + 1, ... first + count - 1; empty when nothing was claimed.
template <SequenceNumber S>
struct SequenceRange {
  S first;
  std::size_t count;
  Status status;
  S last() const noexcept { return static_cast<S>(first + (count - 1)); }
  explicit operator bool() const noexcept { return count != 0; }
};

/// The Disruptor's single-producer sequencer, for threads of one process that bring their own ring.
/// Used by one thread at a time; its barrier is waited on by anybody. The words must outlive it.
template <SequenceNumber S, detail::Gate<S> G = BarrierGroup<S>>
class SingleProducerSequencer {
 public:
  /// Throws Exception (invalidArgument) unless the capacity is a power of two, at least 1 and at
  /// most `maxCapacity<S>`. Goes on after `published`: what a predecessor claimed beyond it is
  /// claimed again, and the shared claim stays where it was until the claims have passed it.
  SingleProducerSequencer(SequencerWords<S>& words, std::uint64_t capacity, G gate,
                          WakeProtocol protocol = WakeProtocol::fence, WaitStrategy strategy = {},
                          S published = noSequenceOf<S>)
      : limit_(words, capacity, std::move(gate), protocol, strategy, published),
        barrier_(words.cursor, words.doorbell, protocol),
        claimed_(published),
        published_(published) {}

  /// Claims exactly one sequence, waiting for ever for room. Throws Exception when the gate has
  /// ended, or when the whole ring is claimed and unpublished, which no consumer could resolve.
  S claimOne() { return claimUpTo(1).first; }

  /// Claims one sequence within the limit; empty, and why, otherwise. Throws only when the whole
  /// ring is claimed and unpublished.
  [[nodiscard]] SequenceRange<S> claimOne(const WaitLimit& limit) { return claimUpTo(1, limit); }

  /// Claims at least one and at most `n` sequences, as many as there is room for without waiting
  /// once there is room for one. Waits for ever for the first. Throws as claimOne(). `n` of 0
  /// claims nothing.
  SequenceRange<S> claimUpTo(std::size_t n) {
    const SequenceRange<S> range = claimUpTo(n, {});
    if (range.status == Status::ok) return range;
    detail::fail(
        Error{ErrorCode::ended, "", "claim", nameOf(range.status), "a stream that goes on", ""});
  }

  /// The same within the limit; empty, and why, otherwise.
  [[nodiscard]] SequenceRange<S> claimUpTo(std::size_t n, const WaitLimit& limit) {
    const S next = static_cast<S>(claimed_ + 1);
    if (n == 0) return {next, 0, Status::ok};
    if (status_ != Status::ok) return {next, 0, status_};
    if (limit.stop().stop_requested()) return {next, 0, Status::stopped};
    if (n > room()) {
      const bool isFirst = room() == 0;
      const Status status = limit_.raise(n, claimed_, published_, isFirst ? limit : Limit::atOnce);
      if (status != Status::ok && isFirst) return {next, 0, status};
    }
    const std::size_t count = n < room() ? n : room();
    claimed_ = static_cast<S>(claimed_ + count);
    limit_.take(claimed_);
    return {next, count, Status::ok};
  }

  /// Publishes every claimed sequence up to this one.
  void publish(S sequence) noexcept {
    published_ = sequence;
    barrier_.publish(sequence);
  }
  void publish(const SequenceRange<S>& range) noexcept {
    if (range) publish(range.last());
  }

  /// Gives up what is claimed and unpublished; every later claim says `closed`.
  void close() noexcept {
    claimed_ = published_;
    limit_.giveUpAfter(published_);
    status_ = Status::closed;
  }

  /// Waits, as a consumer does, until `target` is published.
  WaitResult<S> wait(S target, const WaitLimit& limit = {},
                     const WaitStrategy& strategy = {}) const {
    return barrier_.wait(target, limit, strategy);
  }

  S lastPublished() const noexcept { return barrier_.lastPublished(); }
  /// The highest sequence claimed so far.
  S lastClaimed() const noexcept { return claimed_; }
  std::uint64_t capacity() const noexcept { return limit_.capacity(); }
  /// What consumers wait on.
  SequenceBarrier<S> barrier() const noexcept { return barrier_; }
  G& gate() noexcept { return limit_.gate(); }

 private:
  using Limit = detail::ClaimLimit<S, G, detail::LocalClaimWords<S>>;

  std::size_t room() const noexcept { return limit_.room(claimed_); }

  Limit limit_;
  SequenceBarrier<S> barrier_;
  S claimed_;
  S published_;
  Status status_ = Status::ok;
};

}  // namespace sluice
