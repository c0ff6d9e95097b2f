// The role that reads every record, and that the producer waits for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "sluice/batch.hpp"
#include "sluice/detail/consumer_engine.hpp"
#include "sluice/detail/consumer_member.hpp"
#include "sluice/detail/own_wait_set.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/lost_records.hpp"
#include "sluice/options.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/segment_id.hpp"
#include "sluice/sequence.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// Joins a stream and reads it in place. The producer never overwrites what this consumer has not
/// committed. Used by one thread at a time; movable. Destroying it leaves: with OnDeath::release
/// the producer then goes on without it, and what it had not committed is lost to it; with
/// OnDeath::hold its row is kept for a successor, as at its death. resign() gives a held row up.
///
/// A consumer that was moved from, and in a forked child the parent's, is attached to nothing: its
/// waits and commits say `detached`, and the other calls do nothing or return what is empty.
template <class T, SlotLayoutTag L = stamped>
class Consumer {
 public:
  using Records = Batch<const T, L>;

  /// Attaches to the segment `name`. Errors: invalidArgument, notFound (timedOut, stopped when
  /// waiting for it to appear), inUse (the name of this consumer), full (no free row),
  /// recordMismatch, incompatible, notASegment, denied.
  static Result<Consumer> attach(std::string_view name, const ConsumerOptions& options = {}) {
    auto attachment =
        detail::ConsumerAttachment::attach(name, options, {describeRecord<T>(), L::value});
    if (!attachment) return attachment.error();
    return Consumer(*std::move(attachment), options);
  }

  /// The records after those it returned before: waits for ever until there is at least one, and
  /// returns as many as are there, at most maxBatch and not past the end of the ring. Empty, with
  /// status() saying why, when the stream has ended; what was published before the end comes first.
  [[gnu::always_inline]] Records wait() { return batch(engine_.wait()); }

  /// The same, empty also when the limit is over. A stop that was requested comes before the
  /// records; a deadline that has passed does not.
  Records wait(const WaitLimit& limit) { return batch(engine_.wait(limit)); }

  /// What is there now; empty when nothing is. After a batch of several that had caught up with a
  /// dense stream it may leave out its look for at most some 200 ns, and answer that there is
  /// nothing yet: a record that follows a single one is never late by it.
  [[gnu::always_inline]] Records tryWait() { return batch(engine_.tryWait()); }

  /// Says "I am done" with every record returned so far, so that their slots may be used again.
  /// Status::ok, or evicted when the producer has gone on without this consumer: then the records
  /// since the last good commit are void, as they may have been overwritten while they were read.
  /// So a consumer with evictAfter copies what it reads, or acts on it after the commit. Once
  /// evicted, every call says so; attaching again, under the same name, tells what was lost.
  Status commit() noexcept { return engine_.commit(); }

  /// The same for the first `n` records of the last batch (and all before it); with `n` past its
  /// size, for all of it. Never takes back what was committed. wait() still returns the records
  /// after the batch.
  Status commit(std::size_t n) noexcept { return engine_.commit(n); }

  /// The same for the records up to that sequence, of all that were returned, whichever batch
  /// they were in: for a consumer that reads on while it waits for others to be done with what it
  /// has read. Never takes back what was committed; with the sequence of an earlier commit, it asks
  /// whether the producer has gone on without this consumer.
  Status commitUpTo(Sequence last) noexcept { return engine_.commitUpTo(last); }

  /// The next wait begins after the last commit again.
  void rewind() noexcept { engine_.rewind(); }

  /// Gives the row and the name up for good, also a held row: the producer goes on without this
  /// consumer, what it had not committed is lost, and its name begins anew. After that every call
  /// says `evicted`.
  void resign() noexcept { engine_.resign(); }

  /// Why a wait returned nothing, or a commit was void, when that last happened; Status::ok before.
  Status status() const noexcept { return engine_.status(); }

  /// The name it attached with, and the slots of the ring.
  std::string_view name() const noexcept { return engine_.attachment().name(); }
  std::uint64_t capacity() const noexcept { return engine_.ring().capacity(); }

  /// How many records are published and not committed.
  std::uint64_t lag() const noexcept { return engine_.lag(); }

  /// True while the segment's name still means this one: otherwise no successor of its producer can
  /// come. Costs system calls.
  bool isNamed() const { return engine_.attachment().isNamed(); }
  /// The number of the segment, which no other has, whatever its name; zeros of a consumer that was
  /// moved from.
  SegmentId segmentId() const noexcept { return engine_.attachment().segmentId(); }

  /// The sequence of the next record that wait() will return.
  Sequence next() const noexcept { return engine_.lastTaken() + 1; }
  /// The last sequence committed, by a commit that counts; noSequence before the first record of
  /// the stream.
  Sequence lastCommitted() const noexcept { return engine_.attachment().lastCommitted(); }

  /// Which records this consumer's name was never given: the records that the consumer before it
  /// had not committed when it died, was evicted or left, and that come before next(). None for a
  /// new name, after a consumer that had read everything or has resigned, and after a held one,
  /// whose successor goes on at the commit. Each is told once: again only where the consumer that
  /// was told died before its first commit. Known unless somebody else has been given its row
  /// meanwhile, which happens only when no other is free.
  const LostRecords& lost() const noexcept { return engine_.attachment().lost(); }

  /// A descriptor for an event loop, and what makes it readable, as WaitSet has them: that
  /// tryWait() has a record. arm() returns Status::ok where it has already, timedOut while it has
  /// not, or why it never will. The descriptor goes with this object when that is moved, and arm()
  /// is to be called again then.
  Result<int> readyDescriptor() {
    return detail::OwnWaitSet::readyDescriptor(engine_.run().attachment().ownWaitSet());
  }
  Status arm() { return detail::OwnWaitSet::arm(engine_.run().attachment().ownWaitSet(), *this); }

 private:
  using Slot = detail::FixedSlot<T, L>;

  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember() {
    return std::make_unique<detail::ConsumerMember<Slot>>(engine_.run());
  }

  Consumer(detail::ConsumerAttachment attachment, const ConsumerOptions& options)
      : engine_(std::move(attachment), Slot{}, options.maxBatch, options.waitStrategy) {}

  [[gnu::always_inline]] Records batch(const detail::ArrivedSlots& slots) const noexcept {
    if (slots.count == 0) return {slots.first, slots.status};
    return {engine_.record(slots.slot), slots.count, slots.first};
  }

  detail::ConsumerEngine<Slot> engine_;
};

}  // namespace sluice
