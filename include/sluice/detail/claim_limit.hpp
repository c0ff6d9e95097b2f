// How far the one producer may claim before it looks at the consumers again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "sluice/detail/fence.hpp"
#include "sluice/detail/gate.hpp"
#include "sluice/detail/sequencer_words.hpp"
#include "sluice/error.hpp"
#include "sluice/policy.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// Raises the limit and shows what is claimed. What is claimed and published itself is kept by the
/// caller, which hands it in. Used by one thread. After LMAX's Disruptor (Thompson et al., 2011),
/// with the claim and the limit in shared words so that a successor and a joining consumer can see
/// them.
template <SequenceNumber S, Gate<S> G, ClaimWords<S> W>
class ClaimLimit {
 public:
  /// The limit of a claim that must not wait.
  static inline const WaitLimit atOnce = WaitLimit::now();

  /// Goes on after `published`: what a predecessor claimed beyond it may be claimed again. Fails
  /// (invalidArgument) unless sequences of this width can number the capacity.
  ClaimLimit(W words, std::uint64_t capacity, G gate, WakeProtocol protocol, WaitStrategy strategy,
             S published)
      : words_(words),
        shown_(static_cast<S>(words_.claimed().load(relaxed))),
        limit_(published),
        protocol_(protocol),
        capacity_(checked(capacity)),
        gate_(std::move(gate)),
        strategy_(strategy) {}

  /// How many sequences after `claimed` may be claimed without raise(); never across the end of the
  /// ring.
  std::size_t room(S claimed) const noexcept {
    const auto granted = static_cast<std::size_t>(distance(claimed, limit_));
    const auto untilWrap =
        static_cast<std::size_t>(capacity_ - (static_cast<S>(claimed + 1) & (capacity_ - 1)));
    return granted < untilWrap ? granted : untilWrap;
  }

  /// Looks at the gate until there is room for one more, and makes room for `n` if there is so
  /// much. Fails when the whole ring is claimed and nothing of it published, which no consumer
  /// could resolve.
  Status raise(std::size_t n, S claimed, S published, const WaitLimit& limit) {
    const S highest = static_cast<S>(claimed + stepAhead(n));
    if (look(claimed, highest, published) == Look::room) return Status::ok;
    return waitForRoom(claimed, highest, published, limit.started());
  }

  /// Shows that what comes up to `last` may be written from now on. The shared claim never goes
  /// back: an observer that copies a slot which was claimed before, by a predecessor or before the
  /// claim was abandoned, must go on seeing that.
  void take(S last) noexcept {
    if (!reached(shown_, last)) {
      shown_ = last;
      words_.claimed().store(last, relaxed);  // [P0] pairs with [O2] [T1]
    }
    releaseFence();  // [P0] before the record is written
  }

  /// Gives up what may still be claimed.
  void giveUpAfter(S published) noexcept { limit_ = published; }

  std::uint64_t capacity() const noexcept { return capacity_; }
  G& gate() noexcept { return gate_; }

 private:
  static constexpr auto relaxed = std::memory_order_relaxed;

  enum class Look { room, full, changed };

  /// One look at the gate. Room after `claimed`, at most up to `highest`, is granted.
  Look look(S claimed, S highest, S published) {
    const S next = static_cast<S>(claimed + 1);
    const std::uint32_t members = gate_.membership();
    const S gate = gate_.lowest(published);
    const S endOfRing = static_cast<S>(next | (capacity_ - 1));
    const S room = lower<S>(lower<S>(static_cast<S>(gate + capacity_), endOfRing), highest);
    const S stored = static_cast<S>(words_.limit().load(relaxed));
    if (!reached(stored, room)) words_.limit().store(room, relaxed);  // [C2] pairs with [J4]
    lightFence(protocol_);                                            // [C3] pairs with [J3]
    if (gate_.membership() != members) return Look::changed;          // [C4] pairs with [J2]
    if (!reached(room, next)) return Look::full;
    limit_ = room;
    return Look::room;
  }

  [[gnu::noinline]] Status waitForRoom(S claimed, S highest, S published, const WaitLimit& limit) {
    // Members that come and go without end must not make a limit mean nothing.
    constexpr std::uint32_t looksPerLimit = 64;
    const S needed = static_cast<S>(claimed + 1 - capacity_);
    for (std::uint32_t round = 1;; ++round) {
      const Status over = round % looksPerLimit == 0 ? limit.status() : Status::ok;
      if (over != Status::ok) return over;
      const Look seen = look(claimed, highest, published);
      if (seen == Look::room) return Status::ok;
      if (seen == Look::changed) continue;
      if (!reached(published, needed)) failAsAllClaimed();
      const Status status = gate_.wait(needed, limit, strategy_).status;
      if (status != Status::ok) return status;
    }
  }

  static std::uint64_t checked(std::uint64_t capacity) {
    if (isCapacity<S>(capacity)) return capacity;
    fail(Error{ErrorCode::invalidArgument, "", "capacity", std::to_string(capacity),
               "a power of two from 1 to " + std::to_string(maxCapacity<S>),
               "choose the next power of two"});
  }

  /// How far past the claims the limit may be raised: an eighth of the ring, so that most of it is
  /// there for a consumer that joins at the oldest record, and what was asked for.
  std::uint64_t stepAhead(std::size_t n) const noexcept {
    const std::uint64_t wanted = n < capacity_ ? n : capacity_;
    return wanted < capacity_ / 8 ? capacity_ / 8 : wanted;
  }

  [[noreturn]] void failAsAllClaimed() const {
    fail(Error{ErrorCode::invalidArgument, "", "claim",
               "the whole ring of " + std::to_string(capacity_) +
                   " slots claimed and nothing of it published",
               "at least one slot to be published or free",
               "publish what is claimed before claiming more"});
  }

  W words_;
  S shown_;  // the highest claim in the shared word
  S limit_;
  WakeProtocol protocol_;
  std::uint64_t capacity_;
  G gate_;
  WaitStrategy strategy_;
};

}  // namespace sluice::detail
