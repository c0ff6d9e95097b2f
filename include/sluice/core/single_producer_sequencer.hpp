// Hands out sequences to the one producer, never more than the capacity ahead of the slowest gate.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "sluice/core/barrier_group.hpp"
#include "sluice/core/ended.hpp"
#include "sluice/core/gate.hpp"
#include "sluice/core/sequence_barrier.hpp"
#include "sluice/core/sequencer_place.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/core/wait_strategy.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/platform/result.hpp"

namespace sluice {

/// Sequences first, first + 1, ... first + count - 1; empty when nothing was claimed.
template <SequenceNumber S>
struct SequenceRange {
  S first;
  std::size_t count;
  Ended ended;
  S last() const noexcept { return static_cast<S>(first + (count - 1)); }
  explicit operator bool() const noexcept { return count != 0; }
};

/// The one producer's side, used by one thread at a time; its barrier is waited on by anybody.
/// After LMAX's Disruptor (Thompson et al., 2011), with the claim and the limit in shared words so
/// that a successor and a joining consumer can see them.
template <SequenceNumber S, Gate<S> G = BarrierGroup<S>, SequencerPlace<S> P = LocalPlace<S>>
class SingleProducerSequencer {
 public:
  /// Throws Exception (invalidArgument) unless the capacity is a power of two, at least 1 and at
  /// most maxCapacity<S>. Goes on after `published`: what a predecessor claimed beyond it is
  /// claimed again, and the shared claim stays where it was until the claims have passed it.
  SingleProducerSequencer(P place, std::uint64_t capacity, G gate,
                          platform::WakeProtocol protocol = platform::WakeProtocol::fence,
                          WaitStrategy strategy = {}, S published = initialSequence<S>)
      : place_(place),
        claimed_(published),
        published_(published),
        limit_(published),
        claimedWord_(&place_.claimed()),
        protocol_(protocol),
        capacity_(checked(capacity)),
        gate_(std::move(gate)),
        strategy_(strategy) {
    if (reached(published, static_cast<S>(claimedWord_->load(relaxed)))) return;
    belowClaim_ = std::make_unique<std::atomic<Word>>(published);
    claimedWord_ = belowClaim_.get();
  }

  /// Claims exactly one sequence, waiting for ever for room. Throws Exception when the gate has
  /// ended, or when the whole ring is claimed and unpublished, which no consumer could resolve.
  S claimOne() {
    if (!hasRoom()) [[unlikely]]
      waitForRoom();
    const S next = static_cast<S>(claimed_ + 1);
    take(next);
    return next;
  }

  /// Claims one sequence within the limit; empty, and why, otherwise. Throws only when the whole
  /// ring is claimed and unpublished.
  SequenceRange<S> claimOne(const WaitLimit& limit) { return claimUpTo(1, limit); }

  /// Claims at least one and at most `n` sequences, as many as there is room for without waiting
  /// once there is room for one. Waits for ever for the first. Throws as claimOne(). `n` of 0
  /// claims nothing.
  SequenceRange<S> claimUpTo(std::size_t n) {
    const SequenceRange<S> range = claimUpTo(n, {});
    mustGoOn(range.ended);
    return range;
  }

  /// The same within the limit; empty, and why, otherwise.
  SequenceRange<S> claimUpTo(std::size_t n, const WaitLimit& limit) {
    const S next = static_cast<S>(claimed_ + 1);
    if (n == 0) return {next, 0, Ended::no};
    if (n > static_cast<std::size_t>(distance(claimed_, limit_))) {
      const bool room = hasRoom();
      const Ended ended = raiseLimit(n, room ? WaitLimit::now() : limit);
      if (ended != Ended::no && !room) return {next, 0, ended};
    }
    const auto room = static_cast<std::size_t>(distance(claimed_, limit_));
    const std::size_t count = std::min(n, room);
    take(static_cast<S>(claimed_ + count));
    return {next, count, Ended::no};
  }

  /// Throws Exception (ended) unless it is Ended::no: for claims that give a bare reference.
  static void mustGoOn(Ended ended) {
    if (ended == Ended::no) return;
    throw Exception(
        Error{ErrorCode::ended, "", "claim", nameOf(ended), "a stream that goes on", ""});
  }

  /// Publishes every claimed sequence up to this one.
  void publish(S sequence) noexcept {
    published_ = sequence;
    barrier().publish(sequence);
  }

  /// The same for a caller that knows the protocol to be membarrier: true when somebody asks for a
  /// wake, and then answer() has to follow.
  [[nodiscard]] bool publishLightly(S sequence) noexcept {
    published_ = sequence;
    return barrier().publishLightly(sequence);
  }
  void answer() const noexcept { barrier().bell().answer(published_); }

  /// publishLightly() for a caller whose records carry stamps that readers follow from the cursor
  /// on: the cursor stays where it is until showPublished().
  [[nodiscard]] bool publishByStamp(S sequence) noexcept {
    published_ = sequence;
    return barrier().bell().isRungLightly();
  }
  void showPublished() noexcept {
    place_.cursor().store(published_, std::memory_order_release);  // [P1] pairs with [G1] [T1] [J4]
  }

  void publish(const SequenceRange<S>& range) noexcept {
    if (range) publish(range.last());
  }

  /// Gives up what is claimed and unpublished; every later claim ends as `closed`.
  void end() noexcept {
    claimed_ = published_;
    limit_ = published_;
    ended_ = Ended::closed;
  }
  Ended ended() const noexcept { return ended_; }

  /// Waits, as a consumer does, until `target` is published.
  WaitResult<S> wait(S target, const WaitLimit& limit = {},
                     const WaitStrategy& strategy = {}) const {
    return barrier().wait(target, limit, strategy);
  }

  S lastPublished() const noexcept { return barrier().lastPublished(); }
  /// The highest sequence claimed so far.
  S lastClaimed() const noexcept { return claimed_; }
  /// What the owner has published: lastPublished() without touching shared memory.
  S ownPublished() const noexcept { return published_; }
  std::uint64_t capacity() const noexcept { return capacity_; }
  /// What consumers wait on.
  SequenceBarrier<S> barrier() const noexcept {
    return {place_.cursor(), place_.doorbell(), protocol_, place_.wakes()};
  }
  G& gate() noexcept { return gate_; }

 private:
  using Word = SequenceWord<S>;
  static constexpr auto relaxed = std::memory_order_relaxed;

  static std::uint64_t checked(std::uint64_t capacity) {
    if (isCapacity<S>(capacity)) return capacity;
    throw Exception(Error{ErrorCode::invalidArgument, "", "capacity", std::to_string(capacity),
                          "a power of two from 1 to " + std::to_string(maxCapacity<S>),
                          "choose the next power of two"});
  }

  bool hasRoom() const noexcept { return claimed_ != limit_; }
  [[gnu::noinline]] void waitForRoom() { mustGoOn(raiseLimit(1, {})); }

  void take(S last) noexcept {
    claimed_ = last;
    claimedWord_->store(last, relaxed);  // [P0] pairs with [O2] [T1]
    platform::releaseFence();            // [P0] before the record is written
  }

  /// Looks at the gate until there is room for one more, wants room for `n`.
  [[gnu::noinline]] Ended raiseLimit(std::size_t n, const WaitLimit& limit) {
    if (ended_ != Ended::no) return ended_;
    const S next = static_cast<S>(claimed_ + 1);
    const std::uint64_t ahead = stepAhead(n);
    // Members that come and go without end must not make a limit mean nothing.
    constexpr std::uint32_t looksPerLimit = 64;
    for (std::uint32_t look = 1;; ++look) {
      if (look % looksPerLimit == 0 && limit.isOver())
        return limit.stop().stop_requested() ? Ended::stopped : Ended::timedOut;
      const std::uint32_t members = gate_.membership();
      const S gate = gate_.lowest(published_);
      const S endOfRing = static_cast<S>(next | (capacity_ - 1));
      const S room = lower<S>(lower<S>(static_cast<S>(gate + capacity_), endOfRing),
                              static_cast<S>(claimed_ + ahead));
      const S stored = static_cast<S>(place_.limit().load(relaxed));
      if (!reached(stored, room)) place_.limit().store(room, relaxed);  // [C2] pairs with [J4]
      platform::lightFence(protocol_);                                  // [C3] pairs with [J3]
      if (gate_.membership() != members) continue;                      // [C4] pairs with [J2]
      if (reached(room, next)) {
        limit_ = room;
        return Ended::no;
      }
      const S needed = static_cast<S>(next - capacity_);
      if (!reached(published_, needed)) throwAllClaimed();
      if (const Ended ended = gate_.wait(needed, limit, strategy_).ended; ended != Ended::no)
        return ended;
    }
  }

  /// How far past the claims the limit may be raised: an eighth of the ring, so that most of it is
  /// there for who joins at the oldest record, and what was asked for.
  std::uint64_t stepAhead(std::size_t n) {
    const std::uint64_t step =
        std::max<std::uint64_t>(std::min<std::uint64_t>(n, capacity_), capacity_ / 8);
    if (belowClaim_ == nullptr) return step;
    const auto left = distance(claimed_, static_cast<S>(place_.claimed().load(relaxed)));
    if (left > 0) return std::min(step, static_cast<std::uint64_t>(left));
    claimedWord_ = &place_.claimed();
    belowClaim_.reset();
    return step;
  }

  [[noreturn]] void throwAllClaimed() const {
    throw Exception(Error{ErrorCode::invalidArgument, "", "claim",
                          "the whole ring of " + std::to_string(capacity_) +
                              " slots claimed and nothing of it published",
                          "at least one slot to be published or free",
                          "publish what is claimed before claiming more"});
  }

  P place_;
  S claimed_;
  S published_;
  S limit_;  // in the same lap as claimed_, or equal to it
  std::atomic<Word>* claimedWord_;
  platform::WakeProtocol protocol_;
  Ended ended_ = Ended::no;
  std::uint64_t capacity_;
  G gate_;
  WaitStrategy strategy_;
  std::unique_ptr<std::atomic<Word>> belowClaim_;  // takes the claims a predecessor was ahead of
};

}  // namespace sluice
