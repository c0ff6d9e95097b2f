// The records that a consumer's waits may return without a closer look, and how they are found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "sluice/detail/consumer_attachment.hpp"
#include "sluice/detail/lull.hpp"
#include "sluice/detail/poll_pace.hpp"
#include "sluice/detail/ring.hpp"
#include "sluice/detail/wait.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// Slots whose records have come, the first of which lies at that address; none, and why.
struct ArrivedSlots {
  const std::byte* slot = nullptr;
  std::size_t count = 0;
  Sequence first = noSequence;
  Status status = Status::ok;
};

/// A run of slots, from the next to be returned to runEnd_. A consumer that follows stamps finds
/// out while taking a run how much of it is there; for the others it ends where the cursors they
/// follow do, and is taken whole. Used by one thread at a time; movable.
template <class Slot>
class ConsumerRun {
 public:
  ConsumerRun(ConsumerAttachment attachment, const Slot& slot, std::uint64_t maxBatch,
              const WaitStrategy& strategy)
      : attachment_(std::move(attachment)),
        words_(attachment_.words()),
        ring_(words_.ring, words_.capacity, slot),
        last_(attachment_.start()),
        before_(last_),
        maxBatch_(maxBatch < words_.capacity ? maxBatch : words_.capacity),
        known_(last_),
        strategy_(strategy) {
    startRun();
  }

  ConsumerRun(ConsumerRun&& other) noexcept
      : attachment_(std::move(other.attachment_)),
        words_(other.words_),
        ring_(other.ring_),
        slot_(other.slot_),
        last_(other.last_),
        runEnd_(other.runEnd_),
        before_(other.before_),
        maxBatch_(other.maxBatch_),
        known_(other.known_),
        pace_(other.pace_),
        lull_(other.lull_),
        strategy_(other.strategy_),
        status_(other.status_) {
    other.endForGood(Status::detached);
  }
  ConsumerRun& operator=(ConsumerRun&& other) noexcept {
    if (this == &other) return *this;
    std::destroy_at(this);
    std::construct_at(this, std::move(other));
    return *this;
  }
  ~ConsumerRun() = default;

  ConsumerAttachment& attachment() noexcept { return attachment_; }
  const ConsumerAttachment& attachment() const noexcept { return attachment_; }
  const ConsumerWords& words() const noexcept { return words_; }
  const Ring<Slot>& ring() const noexcept { return ring_; }

  /// The last record that was taken, and the last before the last batch.
  Sequence last() const noexcept { return last_; }
  Sequence before() const noexcept { return before_; }
  /// Why there was nothing to take when that last happened.
  Status status() const noexcept { return status_; }
  void endAs(Status status) noexcept { status_ = status; }

  const std::byte* next() const noexcept { return slot_; }

  /// A look at one stamp; false without stamps.
  bool hasArrived(const std::byte* slot, Sequence before) const noexcept {
    return ring_.hasStamp && Ring<Slot>::stampIn(slot) == stampOf(before + 1);
  }

  /// A look at what follows last().
  bool nextHasArrived() const noexcept {
    const Sequence next = last_ + 1;
    if (!ring_.hasStamp) return reached(published(), next);
    const auto ahead = distance(stampOf(next), Ring<Slot>::stampIn(ring_.slot(next)));
    return ahead >= 0;
  }

  /// Takes the records of the run whose stamps have come, of which there is at least one.
  [[gnu::always_inline]] ArrivedSlots takeArrived(const std::byte* begin,
                                                  Sequence before) noexcept {
    std::uint64_t count = 1;
    const std::byte* end = begin + ring_.stride;
    bool isRunOver = end == runEnd_;
    if (!isRunOver && Ring<Slot>::stampIn(end) == stampOf(before + 2)) {
      count = arrived(begin, before);
      end = begin + count * ring_.stride;
      isRunOver = end == runEnd_;
    }
    slot_ = end;
    before_ = before;
    last_ = before + count;
    if (isRunOver) [[unlikely]]
      startRun();
    return {begin, static_cast<std::size_t>(count), before + 1, Status::ok};
  }

  /// Without stamps: takes the whole run, which ends where the cursors that it follows do.
  ArrivedSlots takeWhole() noexcept {
    const std::byte* const begin = slot_;
    before_ = last_;
    last_ = before_ + ring_.slotsBetween(begin, runEnd_);
    startRun();
    return {begin, static_cast<std::size_t>(last_ - before_), before_ + 1, Status::ok};
  }

  /// Waits until there is at least one record of the run; false when there is none, and status_
  /// says why.
  [[gnu::noinline]] bool waitForRun(const WaitLimit* limit) {
    lull_.limitTo(Lull::longestOf(strategy_));
    if (hasEnded()) return false;
    if (isLeftAlone()) {
      while (!lull_.isOver())
        strategy_.idleInLull();
      if (endLull()) return true;
    }
    return waitClosely(limit == nullptr ? WaitLimit() : limit->started());
  }

  /// What a poll does whose next record has not come, or that leaves the stream alone: nearly every
  /// poll of an idle stream ends here.
  [[gnu::noinline]] bool pollForRun() {
    if (isLeftAlone()) [[unlikely]] {
      if (words_.producerIsAsBefore() && !lull_.isOver()) return nothingYet();
      if (endLull()) return true;
    }
    if (pace_.isQuick() && words_.producerIsAsBefore() && hasNothing()) {
      lull_.foundNothing();
      return nothingYet();
    }
    return pollClosely();
  }

  /// Begins after that record again.
  void goBackTo(Sequence last) noexcept {
    last_ = before_ = last;
    known_ = last;
    if (!hasEnded()) startRun();
  }

  /// Evicted or detached. From here on polls look closely too, and never leave the stream alone.
  void endForGood(Status status) noexcept {
    lull_ = Lull();
    pace_.foundSomething();
    if (ring_.hasStamp) lookCloser();
    status_ = status;
  }

 private:
  /// The next record, as the wait loop sees it.
  struct NextRecord final : ConsumerAttachment::AwaitedRecord {
    explicit NextRecord(ConsumerRun& owner) noexcept
        : AwaitedRecord(owner.attachment_, owner.last_ + 1), run(owner) {}
    bool isReady() noexcept override { return run.nextHasArrived(); }

    ConsumerRun& run;
  };

  /// How many of the run to return, of which two are there. Out of line, as there is most often
  /// one.
  [[gnu::noinline]] std::uint64_t arrived(const std::byte* begin, Sequence before) noexcept {
    const std::uint64_t left = ring_.slotsBetween(begin, runEnd_);
    const std::uint64_t most = left < maxBatch_ ? left : maxBatch_;
    const std::uint64_t come = ring_.arrived(before + 1, most, last_ - before_);
    lull_.took(come);
    if (come < most) lull_.caughtUp();
    // The end of the run, so that a call that has records ahead pays nothing for lulls.
    if (come < most && lull_.isOn()) runEnd_ = begin + come * ring_.stride;
    return come;
  }

  [[gnu::noinline]] void startRun() noexcept {
    if (ring_.hasStamp &&
        (lull_.isOn() || attachment_.runsAfterOthers() || attachment_.mayBeEvicted()))
      lookCloser();
    else
      setRun(ring_.capacity());
  }

  /// From here on each wait goes through waitForRun().
  void lookCloser() noexcept { slot_ = Ring<Slot>::nowhere(); }

  void setRun(std::uint64_t most) noexcept {
    const Sequence next = last_ + 1;
    const std::uint64_t untilWrap = ring_.untilWrap(next);
    slot_ = ring_.slot(next);
    runEnd_ = slot_ + (most < untilWrap ? most : untilWrap) * ring_.stride;
  }

  bool hasEnded() noexcept {
    const Status status = attachment_.ended();
    if (status == Status::ok) return false;
    endForGood(status);
    return true;
  }

  bool nothingYet() noexcept {
    status_ = Status::timedOut;
    return false;
  }

  [[gnu::noinline]] bool pollClosely() {
    lull_.limitTo(Lull::longestOfPolls);
    if (hasEnded()) return false;
    words_.lookAtProducer();
    const bool found = waitClosely(WaitLimit::now());
    if (!found && status_ == Status::timedOut) {
      pace_.foundNothing();
      lull_.foundNothing();
    } else {
      pace_.foundSomething();
    }
    return found;
  }

  bool waitClosely(const WaitLimit& limit) {
    const Sequence next = last_ + 1;
    if (attachment_.runsAfterOthers()) {
      status_ = attachment_.waitForUpstream(next, limit, strategy_);
      return status_ == Status::ok && endRunAfter(attachment_.upstreamCommitted());
    }
    if (!ring_.hasStamp && lookAtCursor(next)) return endRunAfter(known_);
    if (!limit.isNow() && !nextHasArrived()) lull_.foundNothing();
    NextRecord awaited(*this);
    status_ = waitFor(awaited, strategy_, limit);
    if (status_ != Status::ok) return false;
    if (ring_.hasStamp) return startRunAt(next);
    known_ = published();
    return endRunAfter(known_);
  }

  /// Without stamps: whether `next` is published. The cursor is loaded only when what was seen of
  /// it is less than a batch, as each load takes its line from the producer.
  bool lookAtCursor(Sequence next) noexcept {
    if (reached(known_, next + (maxBatch_ - 1))) return true;
    known_ = published();
    const auto ahead = distance(last_, known_);
    if (ahead <= 0) return false;
    // What is left after this batch keeps the next looks away from the cursor.
    if (ahead > 1) lull_.took(static_cast<std::uint64_t>(ahead));
    if (ahead > 1 && static_cast<std::uint64_t>(ahead) < maxBatch_) lull_.caughtUp();
    return true;
  }

  bool isLeftAlone() const noexcept {
    return lull_.isOn() && (ring_.hasStamp || !reached(known_, last_ + 1));
  }

  /// True when the next record has come meanwhile.
  bool endLull() noexcept {
    if (!ring_.hasStamp || attachment_.runsAfterOthers() || attachment_.mayBeEvicted())
      return false;
    setRun(ring_.capacity());
    return hasArrived(slot_, last_);
  }

  /// Of a poll that has looked at the stamp, if there is one to look at.
  bool hasNothing() const noexcept {
    if (ring_.hasStamp) return slot_ != Ring<Slot>::nowhere();
    return !reached(known_, last_ + 1) && !reached(published(), last_ + 1);
  }

  /// A stamp of `next` or of a later lap is there.
  bool startRunAt(Sequence next) noexcept {
    const std::uint64_t untilWrap = ring_.untilWrap(next);
    setRun(ring_.capacity());
    if (attachment_.mayBeEvicted())
      setRun(ring_.arrived(next, untilWrap < maxBatch_ ? untilWrap : maxBatch_));
    // A later lap's stamp where the next record should be: somebody has written over it.
    if (slot_ != runEnd_ && hasArrived(slot_, last_)) return true;
    if (hasEnded()) return false;
    // The run may be empty, and a stamp that comes later must not have it taken.
    if (ring_.hasStamp) lookCloser();
    status_ = Status::corrupt;
    return false;
  }

  Sequence published() const noexcept {
    return words_.producerCursor->load(std::memory_order_acquire);  // [W1] pairs with [P1]
  }

  /// False when the cursor that was waited for has gone back: no participant does that.
  bool endRunAfter(Sequence available) noexcept {
    const auto ahead = distance(last_, available);
    if (ahead > 0) {
      const auto most = static_cast<std::uint64_t>(ahead);
      setRun(most < maxBatch_ ? most : maxBatch_);
      return true;
    }
    status_ = Status::corrupt;
    return false;
  }

  ConsumerAttachment attachment_;
  ConsumerWords words_;
  Ring<Slot> ring_;
  const std::byte* slot_ = nullptr;  // of the record after last_
  Sequence last_;                    // the last record returned
  const std::byte* runEnd_ = nullptr;
  Sequence before_;  // the last record returned before the last batch
  std::uint64_t maxBatch_;
  Sequence known_;  // without stamps: what is published, as far as was seen
  PollPace pace_;
  Lull lull_;
  WaitStrategy strategy_;
  Status status_ = Status::ok;
};

}  // namespace sluice::detail
