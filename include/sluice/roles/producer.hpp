// The one that writes a stream.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/core/ended.hpp"
#include "sluice/core/ring.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/layout/schema.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/layout/slot.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/batch.hpp"
#include "sluice/roles/options.hpp"
#include "sluice/roles/producer_seat.hpp"

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
    return hold(ProducerSeat::create(name, options, describeRecord<T>(), L::value));
  }

  /// Continues a segment whose producer is gone, at exactly the record after the last published.
  /// Errors: notFound, inUse (and by whom), recordMismatch, incompatible, notASegment, ended.
  static Result<Producer> open(std::string_view name, const OpenOptions& options = {}) {
    return hold(ProducerSeat::open(name, options, describeRecord<T>(), L::value));
  }

  /// Continues the segment if there is one, else creates it. An existing one keeps the geometry it
  /// has. options.whenTaken is not looked at.
  static Result<Producer> createOrOpen(std::string_view name, ProducerOptions options) {
    options.whenTaken = WhenTaken::fail;
    for (;;) {
      auto opened = open(name, {options.directory, options.waitStrategy, options.memory});
      if (opened || opened.error().code != ErrorCode::notFound) return opened;
      auto created = create(name, options);
      if (created || created.error().code != ErrorCode::alreadyExists) return created;
    }
  }

  /// Claims the next slot, waiting for ever while the ring is full. The record still holds what was
  /// there one lap ago. Throws Exception when the stream is closed or corrupt, or when the whole
  /// ring is claimed and unpublished.
  T& claimOne() { return record(sequencer().claimOne()); }

  /// The same within a limit: one record, or an empty batch that says why.
  Batch<T, L> claimOne(const WaitLimit& limit) { return batch(sequencer().claimOne(limit)); }

  /// Claims at least one and at most `n` slots (0 for `n` of 0), in place and without crossing the
  /// end of the ring. Waits for ever while the ring is full, never for more than the first. Throws
  /// as claimOne().
  Batch<T, L> claimUpTo(std::size_t n) { return batch(sequencer().claimUpTo(cut(n))); }

  /// The same within a limit.
  Batch<T, L> claimUpTo(std::size_t n, const WaitLimit& limit) {
    return batch(sequencer().claimUpTo(cut(n), limit));
  }

  /// Publishes everything claimed so far. Ended::no, also when there is nothing to publish; closed
  /// after close().
  Ended publish() noexcept { return publishTo(sequencer().lastClaimed()); }

  /// Publishes the first `n` of the claimed and unpublished records, all of them if there are
  /// fewer; the rest stays claimed.
  Ended publish(std::size_t n) noexcept {
    const Sequence published = sequencer().ownPublished();
    const Sequence claimed = sequencer().lastClaimed() - published;
    return publishTo(published + (n < claimed ? n : claimed));
  }

  /// Ends the stream for good: consumers drain what is published and then learn `closed`. What is
  /// claimed and unpublished is given up. Again: no effect.
  void close() noexcept { seat_->close(); }

  /// Waits until living consumers of all these names have joined.
  Ended waitForConsumers(const std::vector<std::string_view>& names, const WaitLimit& limit = {}) {
    return sequencer().gate().waitForNames(names, limit);
  }

  /// The sequence of the last record published, and of the last claimed; all ones before the first.
  Sequence lastPublished() const noexcept { return seat_->sequencer().ownPublished(); }
  Sequence lastClaimed() const noexcept { return seat_->sequencer().lastClaimed(); }
  std::uint64_t capacity() const noexcept { return ring_.capacity(); }

 private:
  explicit Producer(std::unique_ptr<ProducerSeat> seat)
      : seat_(std::move(seat)), ring_(seat_->view().ring(), seat_->view().geometry().capacity) {}

  static Result<Producer> hold(Result<std::unique_ptr<ProducerSeat>> seat) {
    if (!seat) return seat.error();
    return Producer(std::move(*seat));
  }

  ProducerSeat::Sequencer& sequencer() noexcept { return seat_->sequencer(); }
  T& record(Sequence sequence) noexcept { return ring_.slot(sequence).record; }

  std::size_t cut(std::size_t n) noexcept {
    return std::min<std::size_t>(n, ring_.untilWrap(sequencer().lastClaimed() + 1));
  }

  Batch<T, L> batch(const SequenceRange<Sequence>& range) noexcept {
    if (!range) return {range.first, range.ended};
    return {&ring_.slot(range.first), range.count, range.first};
  }

  Ended publishTo(Sequence last) noexcept {
    const Sequence published = sequencer().ownPublished();
    if (last == published) [[unlikely]]
      return sequencer().ended();
    if constexpr (Ring<T, L>::hasStamps) ring_.stamp(published, last);
    sequencer().publish(last);
    return Ended::no;
  }

  std::unique_ptr<ProducerSeat> seat_;
  Ring<T, L> ring_;
};

}  // namespace sluice
