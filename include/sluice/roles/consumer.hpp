// One that reads every record, and that the producer waits for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "sluice/core/ended.hpp"
#include "sluice/core/lull.hpp"
#include "sluice/core/ring.hpp"
#include "sluice/core/sequence_barrier.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/layout/schema.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/layout/slot.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/batch.hpp"
#include "sluice/roles/consumer_seat.hpp"
#include "sluice/roles/options.hpp"

namespace sluice {

/// Joins a stream and reads it in place. The producer never overwrites what this consumer has not
/// committed. Used by one thread at a time; movable. Destroying it leaves: the producer then goes
/// on without it, and what it had not committed is lost to it.
template <class T, SlotLayoutTag L = stamped>
class Consumer {
 public:
  using Records = Batch<const T, L>;

  /// Attaches to the segment `name`. Errors: invalidArgument, notFound (timedOut, stopped when
  /// waiting for it to appear), inUse (the name of this consumer), full (no free row),
  /// recordMismatch, incompatible, notASegment, denied.
  static Result<Consumer> attach(std::string_view name, const ConsumerOptions& options = {}) {
    auto seat = ConsumerSeat::take(name, options, describeRecord<T>(), L::value);
    if (!seat) return seat.error();
    return Consumer(std::move(*seat), options);
  }

  /// The records after those it returned before: waits for ever until there is at least one, and
  /// returns as many as are there, at most maxBatch and not past the end of the ring. Empty, with
  /// ended() saying why, when the stream has ended; what was published before the end comes first.
  Records wait() {
    Slot* begin = slot_;
    const Sequence before = last_;
    if (!runHasArrived(begin, before)) [[unlikely]] {
      if (!waitForRun(nullptr)) return {before + 1, ended_};
      begin = slot_;
    }
    return takeArrived(begin, before);
  }

  /// The same, empty also when the limit is over.
  Records wait(const WaitLimit& limit) {
    if (!runHasArrived(slot_, last_)) {
      if (!waitForRun(&limit)) return {last_ + 1, ended_};
    }
    return takeArrived(slot_, last_);
  }

  Records tryWait() { return wait(WaitLimit::now()); }

  /// Says "I am done" with every record returned so far, so that their slots may be used again.
  /// Ended::no, or evicted when the producer has gone on without this consumer: then the records
  /// since the last good commit are void, as they may have been overwritten while they were read.
  /// So one with evictAfter copies what it reads, or acts on it after the commit. Once evicted,
  /// every call says so; attaching again, under the same name, tells what was lost.
  Ended commit() noexcept { return commitTo(last_); }

  /// The same for the first `n` records of the last batch (and all before it); with `n` past its
  /// size, for all of it. Never takes back what was committed. wait() still returns the records
  /// after the batch.
  Ended commit(std::size_t n) noexcept {
    const Sequence upTo = before_ + std::min<std::uint64_t>(n, last_ - before_);
    const Sequence committed = lastCommitted();
    return commitTo(reached(committed, upTo) ? committed : upTo);
  }

  /// Why a wait returned nothing, or a commit was void, when that last happened; Ended::no before.
  Ended ended() const noexcept { return ended_; }

  /// True while the segment's name still means this one: otherwise no successor of its producer can
  /// come. Costs system calls.
  bool isNamed() const { return seat_->isNamed(); }

  /// The sequence of the next record that wait() will return.
  Sequence next() const noexcept { return last_ + 1; }
  /// The last sequence committed, by a commit that counts; all ones before the first record of the
  /// stream.
  Sequence lastCommitted() const noexcept { return seat_->lastCommitted(); }

  /// Which records this consumer's name was never given: those that the one before it, which died
  /// (with OnDeath::release) or was evicted, had not committed and that come before next(). None
  /// for a new name, after one that left in order, and after a held one, whose successor goes on at
  /// the commit. Known unless somebody else has been given its row meanwhile, which happens only
  /// when no other is free.
  const LostRecords& lost() const noexcept { return seat_->lost(); }

 private:
  using Slot = const typename Ring<T, L>::Slot;

  Consumer(std::unique_ptr<ConsumerSeat> seat, const ConsumerOptions& options)
      : seat_(std::move(seat)),
        ring_(seat_->view().ring(), seat_->view().geometry().capacity),
        last_(seat_->start()),
        before_(last_),
        page_(&seat_->page()),
        maxBatch_(options.maxBatch),
        strategy_(options.waitStrategy),
        lull_(last_, strategy_) {
    if (seat_->view().geometry().wakeProtocol == platform::WakeProtocol::membarrier &&
        !seat_->mayBeEvicted())
      careful_ = &seat_->view().doorbell(layout::consumerParticipant(seat_->row()));
    startRun();
  }

  // A run is what waits may return without a closer look: slot_ to runEnd_. Who follows stamps
  // finds out while taking it how much of it is there; for the others it ends where the cursors
  // they follow do, and is taken whole.

  bool runHasArrived(Slot* begin, Sequence before) const noexcept {
    if constexpr (Ring<T, L>::hasStamps)
      return Ring<T, L>::stampIn(*begin) == layout::stampOf(before + 1);
    else
      return false;
  }

  Records takeArrived(Slot* begin, Sequence before) noexcept {
    std::uint64_t count = 1;
    Slot* end = begin + 1;
    if (end != runEnd_ && (!Ring<T, L>::hasStamps || runHasArrived(end, before + 1))) {
      count = arrived(begin, before);
      end = begin + count;
    }
    slot_ = end;
    before_ = before;
    last_ = before + count;
    if (end == runEnd_) [[unlikely]]
      startRun();
    return {begin, static_cast<std::size_t>(count), before + 1};
  }

  /// How many of the run to return, of which two are there. Out of line, as there is most often
  /// one.
  [[gnu::noinline]] std::uint64_t arrived(Slot* begin, Sequence before) const noexcept {
    const std::uint64_t most = std::min(static_cast<std::uint64_t>(runEnd_ - begin), maxBatch_);
    if constexpr (Ring<T, L>::hasStamps)
      return ring_.arrived(before + 1, most);
    else
      return most;
  }

  [[gnu::noinline]] void startRun() noexcept {
    if (Ring<T, L>::hasStamps && (seat_->runsAfterOthers() || seat_->mayBeEvicted()))
      lookCloser();
    else
      setRun(ring_.capacity());
  }

  /// From here on each wait goes through waitForRun().
  void lookCloser() noexcept { slot_ = Ring<T, L>::nowhere(); }

  void setRun(std::uint64_t most) noexcept {
    const Sequence next = last_ + 1;
    slot_ = &ring_.slot(next);
    runEnd_ = slot_ + std::min(most, ring_.untilWrap(next));
  }

  /// Waits until there is at least one record of the run; false when there is none, and ended_ says
  /// why.
  [[gnu::noinline]] bool waitForRun(const WaitLimit* limit) {
    const WaitLimit forEver;
    const WaitLimit& until = limit == nullptr ? forEver : *limit;
    const Sequence next = last_ + 1;
    if (seat_->isEvicted()) return endAsEvicted();
    if (!Ring<T, L>::hasStamps && !seat_->runsAfterOthers()) {
      // One look, as each takes the cursor's line from the producer.
      if (const Sequence available = published(); reached(available, next))
        return endRunAfter(available);
    }
    if (!until.isNow() && !nextHasArrived()) lull_.pass(last_, until.deadline());
    if (seat_->runsAfterOthers()) {
      ended_ = seat_->waitForUpstream(next, until, strategy_);
      return ended_ == Ended::no && endRunAfter(seat_->upstreamCommitted());
    }
    ended_ = seat_->waitForProducer(
        next, [this] { return nextHasArrived(); }, until, strategy_);
    if (ended_ != Ended::no) return false;
    if constexpr (Ring<T, L>::hasStamps) {
      setRun(ring_.capacity());
      if (seat_->mayBeEvicted())
        setRun(ring_.arrived(next, std::min(ring_.untilWrap(next), maxBatch_)));
      // A later lap's stamp where the next record should be: somebody has written over it.
      if (slot_ != runEnd_ && runHasArrived(slot_, last_)) return true;
      if (seat_->isEvicted()) return endAsEvicted();
      ended_ = Ended::corrupt;
      return false;
    } else {
      return endRunAfter(published());
    }
  }

  bool endAsEvicted() noexcept {
    if constexpr (Ring<T, L>::hasStamps) lookCloser();
    careful_ = &alwaysRung;
    ended_ = Ended::evicted;
    return false;
  }

  bool nextHasArrived() const noexcept {
    const Sequence next = last_ + 1;
    if constexpr (Ring<T, L>::hasStamps)
      return distance(layout::stampOf(next), Ring<T, L>::stampIn(ring_.slot(next))) >= 0;
    else
      return reached(published(), next);
  }

  Sequence published() const noexcept {
    return seat_->view().producer().cursor.sequence.load(
        std::memory_order_acquire);  // [W1] pairs with [P1]
  }

  /// False when the cursor that was waited for has gone back: no participant does that.
  bool endRunAfter(Sequence available) noexcept {
    const auto ahead = distance(last_, available);
    if (ahead > 0) {
      setRun(std::min(static_cast<std::uint64_t>(ahead), maxBatch_));
      return true;
    }
    ended_ = Ended::corrupt;
    return false;
  }

  Ended commitTo(Sequence last) noexcept {
    page_->cursor.sequence.store(last, std::memory_order_release);  // [P1] pairs with [C1] [U1]
    if (Bell::isRungLightly(*careful_)) [[unlikely]]
      return commitCarefully(last);
    return Ended::no;
  }

  /// The rest of a commit for who is asked for a wake, needs a fence, may be evicted, or was taken
  /// for dead: the producer rings that one.
  [[gnu::noinline]] Ended commitCarefully(Sequence last) noexcept {
    const bool counts = seat_->confirmCommit(last);
    barrier().bell().announce(last);
    if (counts) return Ended::no;
    endAsEvicted();
    return ended_;
  }

  SequenceBarrier<Sequence> barrier() const noexcept {
    return barrierOf(seat_->view(), seat_->row());
  }

  static inline const layout::Doorbell alwaysRung{layout::DoorbellValue::armedBit};

  std::unique_ptr<ConsumerSeat> seat_;
  Ring<T, L> ring_;
  Slot* slot_ = nullptr;  // of the record after last_
  Sequence last_;         // the last record returned
  Slot* runEnd_ = nullptr;
  Sequence before_;  // the last record returned before the last batch
  layout::ConsumerPage* page_;
  const layout::Doorbell* careful_ = &alwaysRung;  // rung where a commit needs more than a store
  std::uint64_t maxBatch_;
  WaitStrategy strategy_;
  Lull lull_;
  Ended ended_ = Ended::no;
};

}  // namespace sluice
