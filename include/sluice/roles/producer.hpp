// The one that writes a stream.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/core/ended.hpp"
#include "sluice/core/ring.hpp"
#include "sluice/core/single_producer_sequencer.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/layout/schema.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/layout/slot.hpp"
#include "sluice/platform/prefetch.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/batch.hpp"
#include "sluice/roles/options.hpp"
#include "sluice/roles/producer_seat.hpp"
#include "sluice/roles/rows_gate.hpp"

namespace sluice {

/// Creates a segment, or continues one, and publishes records of type T into it. A segment has one
/// producer at a time, whatever the process. Used by one thread at a time; movable. Destroying it
/// leaves the stream open for a successor; close() ends it.
template <class T, SlotLayoutTag L = stamped>
class Producer {
 public:
  /// Creates the segment `name` in options.directory. Errors: invalidArgument, alreadyExists,
  /// inUse, full, denied.
  static Result<Producer> create(std::string_view name, const ProducerOptions& options) {
    return hold(ProducerSeat::create(name, options, describeRecord<T>(), L::value),
                options.waitStrategy);
  }

  /// Continues a segment whose producer is gone, at exactly the record after the last published.
  /// With options.takeOverWithin it sleeps until that one has died or left. Errors: notFound, inUse
  /// (and by whom), timedOut or stopped (after waiting for it), recordMismatch, incompatible,
  /// notASegment, ended.
  static Result<Producer> open(std::string_view name, const OpenOptions& options = {}) {
    return hold(ProducerSeat::open(name, options, describeRecord<T>(), L::value),
                options.waitStrategy);
  }

  /// Continues the segment if there is one, else creates it. An existing one keeps the geometry it
  /// has. options.whenTaken is not looked at.
  static Result<Producer> createOrOpen(std::string_view name, ProducerOptions options) {
    options.whenTaken = WhenTaken::fail;
    for (;;) {
      auto opened = open(name, {.directory = options.directory,
                                .waitStrategy = options.waitStrategy,
                                .memory = options.memory,
                                .takeOverWithin = options.takeOverWithin});
      if (opened || opened.error().code != ErrorCode::notFound) return opened;
      auto created = create(name, options);
      if (created || created.error().code != ErrorCode::alreadyExists) return created;
    }
  }

  /// Claims the next slot, waiting for ever while the ring is full. The record still holds what was
  /// there one lap ago. Throws Exception when the stream is closed or corrupt, or when the whole
  /// ring is claimed and unpublished.
  T& claimOne() {
    if (claimEnd_ == runEnd_) [[unlikely]]
      waitForRoom();
    platform::prefetchForWrite(claimEnd_ + slotsAhead);
    return (claimEnd_++)->record;
  }

  /// The same within a limit: one record, or an empty batch that says why.
  Batch<T, L> claimOne(const WaitLimit& limit) { return claimUpTo(1, limit); }

  /// Claims at least one and at most `n` slots (0 for `n` of 0), in place and without crossing the
  /// end of the ring. Waits for ever while the ring is full, never for more than the first. Throws
  /// as claimOne().
  Batch<T, L> claimUpTo(std::size_t n) {
    if (n > room()) Sequencer::mustGoOn(addRoom(n, {}));
    return takeUpTo(n);
  }

  /// The same within a limit.
  Batch<T, L> claimUpTo(std::size_t n, const WaitLimit& limit) {
    const Ended ended = n > room() ? addRoom(n, limit) : Ended::no;
    return ended == Ended::no ? takeUpTo(n) : Batch<T, L>{lastClaimed() + 1, ended};
  }

  /// Publishes everything claimed so far. Ended::no, also when there is nothing to publish; closed
  /// after close().
  Ended publish() noexcept {
    Slot* const slot = publishEnd_;
    if (slot + 1 != claimEnd_) [[unlikely]]
      return publishClaimed();
    publishEnd_ = slot + 1;
    const Sequence next = sequencer_.ownPublished() + 1;
    if (show(*slot, next)) [[unlikely]]
      answer();
    return Ended::no;
  }

  /// Publishes the first `n` of the claimed and unpublished records, all of them if there are
  /// fewer; the rest stays claimed.
  Ended publish(std::size_t n) noexcept {
    const Sequence published = sequencer_.ownPublished();
    return publishTo(published + std::min<Sequence>(n, lastClaimed() - published));
  }

  /// Ends the stream for good: consumers drain what is published and then learn `closed`. What is
  /// claimed and unpublished is given up. Again: no effect.
  void close() noexcept {
    sequencer_.end();
    claimEnd_ = runEnd_;
    setPublishEnd();
    seat_->close();
  }

  /// Waits until living consumers of all these names have joined, and so are given all that is
  /// published from then on. One that takes the place of a dead consumer of its name counts from
  /// the moment it has that place; what it is not given then, its lost() tells.
  Ended waitForConsumers(const std::vector<std::string_view>& names, const WaitLimit& limit = {}) {
    return sequencer_.gate().waitForNames(names, limit);
  }

  /// True while the segment's name still means this one. When somebody has removed it (some systems
  /// do at logout), who is attached goes on, and nobody new can attach. Costs system calls.
  bool isNamed() const { return seat_->participant().isNamed(); }

  /// The sequence of the last record published, and of the last claimed; all ones before the first.
  Sequence lastPublished() const noexcept { return sequencer_.ownPublished(); }
  Sequence lastClaimed() const noexcept { return sequencer_.lastClaimed() - room(); }
  std::uint64_t capacity() const noexcept { return ring_.capacity(); }

 private:
  using Slot = typename Ring<T, L>::Slot;
  using Sequencer = SingleProducerSequencer<Sequence, RowsGate, ProducerPlace>;

  Producer(std::unique_ptr<ProducerSeat> seat, const WaitStrategy& strategy)
      : seat_(std::move(seat)),
        sequencer_(ProducerPlace(seat_->view()), seat_->view().geometry().capacity,
                   RowsGate(seat_->participant()), seat_->view().geometry().wakeProtocol, strategy,
                   seat_->published()),
        ring_(seat_->view().ring(), seat_->view().geometry().capacity) {}

  static Result<Producer> hold(Result<std::unique_ptr<ProducerSeat>> seat,
                               const WaitStrategy& strategy) {
    if (!seat) return seat.error();
    return Producer(std::move(*seat), strategy);
  }

  /// How far ahead of a claim its line is asked for: a few lines, so that they come while others
  /// are written, and no further, as who reads close behind would take them back.
  static constexpr std::size_t slotsAhead = std::max<std::size_t>(384 / sizeof(Slot), 1);

  // What the sequencer has claimed and the user has not is a run of slots up to runEnd_, which
  // never crosses the end of the ring: so a claim is a pointer's increment, and what others see of
  // claims is stored once for a run.

  std::size_t room() const noexcept { return static_cast<std::size_t>(runEnd_ - claimEnd_); }

  /// So long that its beginning costs each claim next to nothing; no longer than the limit is
  /// raised, and in large rings next to nothing of what observers may see.
  std::size_t runLength() const noexcept {
    return std::clamp<std::size_t>(ring_.capacity() / 8, 1, 64);
  }

  [[gnu::noinline]] void waitForRoom() { Sequencer::mustGoOn(addRoom(1, {})); }

  /// Makes room for `n`, or for as many as there is room for once there is room for one. Ended::no,
  /// or why there is not even that.
  [[gnu::noinline]] Ended addRoom(std::size_t n, const WaitLimit& limit) {
    const bool isFirst = room() == 0;
    if (!isFirst && isRunCut()) return Ended::no;
    if constexpr (Ring<T, L>::hasStamps) sequencer_.showPublished();
    const auto more =
        sequencer_.claimUpTo(std::max(n - room(), runLength()), isFirst ? limit : WaitLimit::now());
    if (!more) return isFirst ? more.ended : Ended::no;
    if (isFirst) {
      claimEnd_ = runEnd_ = &ring_.slot(more.first);
      setPublishEnd();
    }
    runEnd_ += more.count;
    return Ended::no;
  }

  /// The run ends with the ring, or is all that is not yet published: it cannot grow.
  bool isRunCut() const noexcept {
    const Sequence claimed = sequencer_.lastClaimed();
    return ring_.untilWrap(claimed + 1) == capacity() || claimed - lastPublished() == capacity();
  }

  Batch<T, L> takeUpTo(std::size_t n) noexcept {
    const std::size_t count = std::min(n, room());
    const Sequence first = lastClaimed() + 1;
    Slot* const begin = claimEnd_;
    claimEnd_ += count;
    return {begin, count, first};
  }

  /// True when somebody asks for a wake. Readers follow the stamps beyond the cursor, so that one
  /// is stored once for a run.
  bool show(Slot& slot, Sequence sequence) noexcept {
    if constexpr (Ring<T, L>::hasStamps) {
      Ring<T, L>::stamp(slot, sequence);
      return sequencer_.publishByStamp(sequence);
    } else {
      return sequencer_.publishLightly(sequence);
    }
  }

  // Out of line and without arguments, so that the calls that need none of it pay nothing.
  [[gnu::noinline]] Ended publishClaimed() noexcept { return publishTo(lastClaimed()); }
  [[gnu::noinline]] void answer() noexcept { sequencer_.answer(); }

  Ended publishTo(Sequence last) noexcept {
    const Sequence published = lastPublished();
    if (last == published) return sequencer_.ended();
    if constexpr (Ring<T, L>::hasStamps) ring_.stamp(published, last);
    sequencer_.publish(last);
    setPublishEnd();
    return Ended::no;
  }

  /// Where publish() may not take the short way, no slot is ever the one that it finds alone: when
  /// each publish needs a fence, after the end, and in a ring of one slot, which is also the next.
  void setPublishEnd() noexcept {
    const bool isLight =
        seat_->view().geometry().wakeProtocol == platform::WakeProtocol::membarrier;
    const bool isShort = isLight && sequencer_.ended() == Ended::no && capacity() > 1;
    publishEnd_ = isShort ? &ring_.slot(lastPublished() + 1) : Ring<T, L>::nowhere();
  }

  std::unique_ptr<ProducerSeat> seat_;
  Sequencer sequencer_;
  Ring<T, L> ring_;
  Slot* claimEnd_ = nullptr;  // the slot after that of lastClaimed(), in the same lap
  Slot* runEnd_ = nullptr;    // after the last slot that may be claimed without asking
  Slot* publishEnd_ = Ring<T, L>::nowhere();  // of the next record to publish
};

}  // namespace sluice
