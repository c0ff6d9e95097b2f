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
    if (!sequencer_.hasRoom()) [[unlikely]]
      waitForRoom();
    sequencer_.takeOne();
    // Room never extends past the end of the ring.
    return (claimEnd_++)->record;
  }

  /// The same within a limit: one record, or an empty batch that says why.
  Batch<T, L> claimOne(const WaitLimit& limit) { return claimUpTo(1, limit); }

  /// Claims at least one and at most `n` slots (0 for `n` of 0), in place and without crossing the
  /// end of the ring. Waits for ever while the ring is full, never for more than the first. Throws
  /// as claimOne().
  Batch<T, L> claimUpTo(std::size_t n) { return batch(sequencer_.claimUpTo(n)); }

  /// The same within a limit.
  Batch<T, L> claimUpTo(std::size_t n, const WaitLimit& limit) {
    return batch(sequencer_.claimUpTo(n, limit));
  }

  /// Publishes everything claimed so far. Ended::no, also when there is nothing to publish; closed
  /// after close().
  Ended publish() noexcept {
    const Sequence next = sequencer_.ownPublished() + oneLightly_;
    if (next != sequencer_.lastClaimed()) [[unlikely]]
      return publishClaimed();
    if constexpr (Ring<T, L>::hasStamps) Ring<T, L>::stamp(claimEnd_[-1], next);
    if (sequencer_.publishLightly(next)) [[unlikely]]
      answer();
    return Ended::no;
  }

  /// Publishes the first `n` of the claimed and unpublished records, all of them if there are
  /// fewer; the rest stays claimed.
  Ended publish(std::size_t n) noexcept {
    const Sequence published = sequencer_.ownPublished();
    return publishTo(published + std::min(n, sequencer_.lastClaimed() - published));
  }

  /// Ends the stream for good: consumers drain what is published and then learn `closed`. What is
  /// claimed and unpublished is given up. Again: no effect.
  void close() noexcept {
    sequencer_.end();
    seat_->close();
  }

  /// Waits until living consumers of all these names have joined.
  Ended waitForConsumers(const std::vector<std::string_view>& names, const WaitLimit& limit = {}) {
    return sequencer_.gate().waitForNames(names, limit);
  }

  /// True while the segment's name still means this one. When somebody has removed it (some systems
  /// do at logout), who is attached goes on, and nobody new can attach. Costs system calls.
  bool isNamed() const { return seat_->participant().isNamed(); }

  /// The sequence of the last record published, and of the last claimed; all ones before the first.
  Sequence lastPublished() const noexcept { return sequencer_.ownPublished(); }
  Sequence lastClaimed() const noexcept { return sequencer_.lastClaimed(); }
  std::uint64_t capacity() const noexcept { return ring_.capacity(); }

 private:
  using Sequencer = SingleProducerSequencer<Sequence, RowsGate, ProducerPlace>;

  Producer(std::unique_ptr<ProducerSeat> seat, const WaitStrategy& strategy)
      : seat_(std::move(seat)),
        sequencer_(ProducerPlace(seat_->view()), seat_->view().geometry().capacity,
                   RowsGate(seat_->participant()), seat_->view().geometry().wakeProtocol, strategy,
                   seat_->published()),
        ring_(seat_->view().ring(), seat_->view().geometry().capacity),
        oneLightly_(seat_->view().geometry().wakeProtocol == platform::WakeProtocol::membarrier
                        ? 1
                        : neverLightly) {}

  static Result<Producer> hold(Result<std::unique_ptr<ProducerSeat>> seat,
                               const WaitStrategy& strategy) {
    if (!seat) return seat.error();
    return Producer(std::move(*seat), strategy);
  }

  [[gnu::noinline]] void waitForRoom() {
    sequencer_.waitForRoom();
    claimEnd_ = &ring_.slot(sequencer_.lastClaimed() + 1);
  }

  Batch<T, L> batch(const SequenceRange<Sequence>& range) noexcept {
    if (!range) return {range.first, range.ended};
    claimEnd_ = &ring_.slot(range.last()) + 1;
    return {&ring_.slot(range.first), range.count, range.first};
  }

  // Out of line and without arguments, so that the calls that need none of it pay nothing.
  [[gnu::noinline]] Ended publishClaimed() noexcept { return publishTo(sequencer_.lastClaimed()); }
  [[gnu::noinline]] void answer() noexcept { sequencer_.answer(); }

  Ended publishTo(Sequence last) noexcept {
    const Sequence published = sequencer_.ownPublished();
    if (last == published) return sequencer_.ended();
    if constexpr (Ring<T, L>::hasStamps) ring_.stamp(published, last);
    sequencer_.publish(last);
    return Ended::no;
  }

  // No stream is half the sequence space ahead of itself.
  static constexpr Sequence neverLightly = Sequence{1} << 63;

  std::unique_ptr<ProducerSeat> seat_;
  Sequencer sequencer_;
  Ring<T, L> ring_;
  typename Ring<T, L>::Slot* claimEnd_ = nullptr;  // after the slot of lastClaimed()
  Sequence oneLightly_;  // what to add for the next sequence where one publish needs no fence
};

}  // namespace sluice
