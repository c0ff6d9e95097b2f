// One that reads every record, and that the producer waits for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "sluice/core/ended.hpp"
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

  /// The records after those it returned before: waits until there is at least one, and returns as
  /// many as are there, up to maxBatch and the end of the ring. Empty, with ended() saying why,
  /// when the limit is over or the stream has ended; what was published before the end comes first.
  Records wait(const WaitLimit& limit = {}) {
    const std::uint64_t most = std::min(maxBatch_, ring_.untilWrap(next_));
    std::uint64_t count = arrived(most);
    if (count == 0) [[unlikely]] {
      count = waitForMore(most, limit);
      if (count == 0) return {next_, ended_};
    }
    const Sequence first = next_;
    first_ = first;
    next_ += count;
    return {&ring_.slot(first), count, first};
  }

  Records tryWait() { return wait(WaitLimit::now()); }

  /// Says "I am done" with every record returned so far, so that their slots may be used again.
  /// Ended::no, or evicted when the producer has gone on without this consumer: then the records of
  /// the last batch may have been overwritten while they were read.
  Ended commit() noexcept { return commitTo(next_ - 1); }

  /// The same for the first `n` records of the last batch (and all before it); with `n` past its
  /// size, for all of it. wait() still returns the records after the batch.
  Ended commit(std::size_t n) noexcept {
    return commitTo(first_ + std::min<std::uint64_t>(n, next_ - first_) - 1);
  }

  /// How the last wait or commit ended; Ended::no while the stream goes on.
  Ended ended() const noexcept { return ended_; }

  /// The sequence of the next record that wait() will return.
  Sequence next() const noexcept { return next_; }
  /// The last sequence committed; all ones before the first record of the stream.
  Sequence lastCommitted() const noexcept { return committed_; }

 private:
  Consumer(std::unique_ptr<ConsumerSeat> seat, const ConsumerOptions& options)
      : seat_(std::move(seat)),
        ring_(seat_->view().ring(), seat_->view().geometry().capacity),
        own_(barrierOf(seat_->view(), seat_->row())),
        producerCursor_(&seat_->view().producer().cursor.sequence),
        row_(&seat_->page().row),
        rowWord_(seat_->rowWord()),
        maxBatch_(options.maxBatch),
        next_(seat_->start() + 1),
        first_(next_),
        committed_(seat_->start()),
        strategy_(options.waitStrategy),
        followsStamps_(Ring<T, L>::hasStamps && !seat_->runsAfterOthers()) {}

  std::uint64_t arrived(std::uint64_t most) noexcept {
    if constexpr (Ring<T, L>::hasStamps) {
      if (followsStamps_) [[likely]]
        return ring_.arrived(next_, most);
    }
    const Sequence last = seat_->runsAfterOthers()
                              ? seat_->upstreamCommitted()
                              : producerCursor_->load(std::memory_order_acquire);  // [W1]
    const auto ahead = distance(next_, last) + 1;
    return ahead <= 0 ? 0 : std::min(most, static_cast<std::uint64_t>(ahead));
  }

  [[gnu::noinline]] std::uint64_t waitForMore(std::uint64_t most, const WaitLimit& limit) {
    if (seat_->runsAfterOthers()) {
      ended_ = seat_->waitForUpstream(next_, limit, strategy_);
    } else {
      const auto isArrived = [this] { return arrived(1) != 0; };
      ended_ = seat_->waitForProducer(next_, isArrived, limit, strategy_);
    }
    return ended_ == Ended::no ? arrived(most) : 0;
  }

  Ended commitTo(Sequence last) noexcept {
    if (row_->load(std::memory_order_relaxed) != rowWord_) [[unlikely]]
      return ended_ = Ended::evicted;
    committed_ = last;
    own_.publish(last);
    return Ended::no;
  }

  std::unique_ptr<ConsumerSeat> seat_;
  Ring<T, L> ring_;
  SequenceBarrier<Sequence> own_;
  const std::atomic<Sequence>* producerCursor_;
  const std::atomic<std::uint64_t>* row_;
  std::uint64_t rowWord_;
  std::uint64_t maxBatch_;
  Sequence next_;
  Sequence first_;
  Sequence committed_;
  WaitStrategy strategy_;
  bool followsStamps_;
  Ended ended_ = Ended::no;
};

}  // namespace sluice
