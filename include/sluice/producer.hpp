// The role that writes a stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/batch.hpp"
#include "sluice/detail/own_wait_set.hpp"
#include "sluice/detail/producer_engine.hpp"
#include "sluice/detail/producer_member.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/options.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/sent.hpp"
#include "sluice/sequence.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// Creates a segment, or continues one, and publishes records of type T into it. A segment has one
/// producer at a time, whatever the process. Used by one thread at a time; movable. Destroying it
/// leaves the stream open for a successor; close() ends it.
///
/// Claims without a limit wait for ever while the ring is full, and throw Exception when the stream
/// is closed or corrupt. Every claim throws when the whole ring is claimed and unpublished.
///
/// A producer that was moved from, and in a forked child the parent's, is attached to nothing: its
/// claims with a limit and its publishes say `detached`, a claim without a limit throws, and the
/// other calls do nothing or return what is empty. In the child, claims without a limit may go on
/// for some slots until the publish tells: what is written there is the child's own memory.
template <class T, SlotLayoutTag L = stamped>
class Producer {
 public:
  /// Creates the segment `name` in options.directory. Errors: invalidArgument, alreadyExists,
  /// inUse, full, denied.
  static Result<Producer> create(std::string_view name, const ProducerOptions& options) {
    return hold(detail::ProducerAttachment::create(name, options, describeRecord<T>(), L::value));
  }

  /// Continues a segment whose producer is gone, at exactly the record after the last published.
  /// With options.takeOverWithin it sleeps until that producer has died or left. Errors: notFound,
  /// inUse (the error names the producer), timedOut or stopped (after waiting for it),
  /// recordMismatch, incompatible, notASegment, ended.
  static Result<Producer> open(std::string_view name, const OpenOptions& options = {}) {
    return hold(detail::ProducerAttachment::open(name, options, {describeRecord<T>(), L::value}));
  }

  /// Continues the segment if there is one, else creates it. An existing one keeps the geometry it
  /// has; incompatible when options.wakeProtocol is chosen and its own is another. A closed stream
  /// cannot go on: a new segment is created in its place, whatever its record was, as
  /// WhenTaken::replaceClosed does. options.whenTaken is not looked at.
  static Result<Producer> createOrOpen(std::string_view name, const ProducerOptions& options) {
    return hold(
        detail::ProducerAttachment::createOrOpen(name, options, describeRecord<T>(), L::value));
  }

  /// Claims the next slot. The record still holds what was there one lap ago.
  T& claimOne() { return *record(engine_.claimOne()); }

  /// The next slot, or null when there is none now; it never waits, and costs no more than
  /// claimOne(). Whether there will be one, a claim with a limit tells.
  [[nodiscard]] T* tryClaim() { return engine_.hasRoomNow() ? record(engine_.takeOne()) : nullptr; }

  /// One record within a limit, or an empty batch that says why.
  Batch<T, L> claimOne(const WaitLimit& limit) { return batch(engine_.claimOne(limit)); }

  /// Claims at least one and at most `n` slots (0 for `n` of 0), in place and without crossing the
  /// end of the ring. Never waits for more than the first.
  Batch<T, L> claimUpTo(std::size_t n) { return batch(engine_.claimUpTo(n)); }

  /// The same within a limit.
  Batch<T, L> claimUpTo(std::size_t n, const WaitLimit& limit) {
    return batch(engine_.claimUpTo(n, limit));
  }

  /// Publishes everything claimed so far. Status::ok, also when there is nothing to publish; closed
  /// after close().
  Status publish() noexcept { return engine_.publish(); }

  /// Publishes the first `n` of the claimed and unpublished records, all of them if there are
  /// fewer; the rest stays claimed.
  Status publishFirst(std::size_t n) noexcept { return engine_.publishFirst(n); }

  /// Gives back what is claimed and unpublished: the next claim begins after the last record
  /// published.
  void abandon() noexcept { engine_.abandon(); }

  /// Copies a record in and publishes it, and with it whatever was claimed before.
  void send(const T& record) {
    *this->record(engine_.claimOne()) = record;
    engine_.mustGoOn(engine_.publish());
  }
  /// The same for many, across the ring's end too.
  void send(std::span<const T> records) { engine_.mustGoOn(send(records, {}).status); }

  /// The same within a limit: how many were sent, always the first ones.
  [[nodiscard]] Status send(const T& record, const WaitLimit& limit) {
    return send(std::span(&record, 1), limit).status;
  }
  [[nodiscard]] Sent send(std::span<const T> records, const WaitLimit& limit) {
    const auto* const first = reinterpret_cast<const std::byte*>(records.data());
    return engine_.send(first, sizeof(T), records.size(), limit);
  }

  /// Ends the stream for good: consumers drain what is published and then learn `closed`. What is
  /// claimed and unpublished is given up. Again: no effect.
  void close() noexcept { engine_.close(); }

  /// Waits until living consumers of all these names have joined, and so are given all that is
  /// published from then on. A consumer that succeeds a dead one of its name counts from the
  /// moment it has the row; what it is not given then, its lost() tells. Status::peerLeft once the
  /// segment has lost its name before all are there: nobody new can attach.
  [[nodiscard]] Status waitForConsumers(const std::vector<std::string_view>& names,
                                        const WaitLimit& limit = {}) {
    return engine_.attachment().waitForConsumers(names, limit);
  }

  /// True while the segment's name still means this one. When somebody has removed it (some systems
  /// do at logout), the participants that are attached go on, and nobody new can attach. Costs
  /// system calls.
  bool isNamed() const { return engine_.attachment().isNamed(); }

  /// The sequence of the last record published, and of the last claimed; noSequence before the
  /// first.
  Sequence lastPublished() const noexcept { return engine_.lastPublished(); }
  Sequence lastClaimed() const noexcept { return engine_.lastClaimed(); }
  std::uint64_t capacity() const noexcept { return engine_.ring().capacity(); }

  /// A descriptor for an event loop, and what makes it readable, as WaitSet has them: that
  /// tryClaim() has room. arm() returns Status::ok where it has already, timedOut while it has not,
  /// or why it never will. The descriptor goes with this object when that is moved, and arm() is to
  /// be called again then.
  Result<int> readyDescriptor() {
    return detail::OwnWaitSet::readyDescriptor(engine_.attachment().ownWaitSet());
  }
  Status arm() { return detail::OwnWaitSet::arm(engine_.attachment().ownWaitSet(), *this); }

 private:
  using Slot = detail::FixedSlot<T, L>;
  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember() {
    return std::make_unique<detail::ProducerMember<detail::RoomForOne<Slot>>>(engine_);
  }

  explicit Producer(detail::ProducerAttachment attachment)
      : engine_(std::move(attachment), Slot{}) {}

  static Result<Producer> hold(Result<detail::ProducerAttachment> attachment) {
    if (!attachment) return attachment.error();
    return Producer(*std::move(attachment));
  }

  T* record(std::byte* slot) const noexcept { return reinterpret_cast<T*>(engine_.record(slot)); }
  Batch<T, L> batch(const detail::ClaimedSlots& slots) const noexcept {
    if (slots.count == 0) return {slots.first, slots.status};
    return {engine_.record(slots.slot), slots.count, slots.first};
  }

  detail::ProducerEngine<Slot> engine_;
};

}  // namespace sluice
