// A consumer of records whose type is known when the program runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

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
#include "sluice/untyped_batch.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// As Consumer, with the record's type and the layout of the slots as values, which the segment
/// tells. For other languages, tools and bridges. What is not said here is as in Consumer.
class UntypedConsumer {
 public:
  using Records = UntypedBatch<const std::byte>;

  /// Attaches to a segment, whatever its record and its layout. Errors: as Consumer::attach, less
  /// recordMismatch.
  static Result<UntypedConsumer> attach(std::string_view name,
                                        const ConsumerOptions& options = {}) {
    return hold(detail::ConsumerAttachment::attach(name, options, {.anyRecord = true}), options);
  }
  /// The same, if its record is of that description.
  static Result<UntypedConsumer> attach(std::string_view name, const ConsumerOptions& options,
                                        const RecordDescription& expected) {
    return hold(detail::ConsumerAttachment::attach(name, options, {expected, {}}), options);
  }

  /// The name, size, alignment and fields of the record, as the segment tells them. Valid as long
  /// as this consumer, and what it is moved to, lives.
  const RecordDescription& record() const { return engine_.attachment().record(); }
  SlotLayout slotLayout() const noexcept { return engine_.ring().layout; }
  /// Bytes from one record of a batch to the next.
  std::size_t stride() const noexcept { return engine_.ring().stride; }

  [[gnu::always_inline]] Records wait() { return batch(engine_.wait()); }
  Records wait(const WaitLimit& limit) { return batch(engine_.wait(limit)); }
  [[gnu::always_inline]] Records tryWait() { return batch(engine_.tryWait()); }
  Status commit() noexcept { return engine_.commit(); }
  Status commit(std::size_t n) noexcept { return engine_.commit(n); }
  Status commitUpTo(Sequence last) noexcept { return engine_.commitUpTo(last); }
  void rewind() noexcept { engine_.rewind(); }
  void resign() noexcept { engine_.resign(); }

  Status status() const noexcept { return engine_.status(); }
  std::string_view name() const noexcept { return engine_.attachment().name(); }
  std::uint64_t capacity() const noexcept { return engine_.ring().capacity(); }
  std::uint64_t lag() const noexcept { return engine_.lag(); }
  bool isNamed() const { return engine_.attachment().isNamed(); }
  SegmentId segmentId() const noexcept { return engine_.attachment().segmentId(); }
  Sequence next() const noexcept { return engine_.lastTaken() + 1; }
  Sequence lastCommitted() const noexcept { return engine_.attachment().lastCommitted(); }
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
  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember() {
    return std::make_unique<detail::ConsumerMember<detail::AnySlot>>(engine_.run());
  }

  UntypedConsumer(detail::ConsumerAttachment attachment, const detail::AnySlot& slot,
                  const ConsumerOptions& options)
      : engine_(std::move(attachment), slot, options.maxBatch, options.waitStrategy) {}

  static Result<UntypedConsumer> hold(Result<detail::ConsumerAttachment> attachment,
                                      const ConsumerOptions& options) {
    if (!attachment) return attachment.error();
    const detail::AnySlot slot = attachment->slot();
    return UntypedConsumer(*std::move(attachment), slot, options);
  }
  [[gnu::always_inline]] Records batch(const detail::ArrivedSlots& slots) const noexcept {
    if (slots.count == 0) return {slots.first, slots.status};
    return {engine_.record(slots.slot), stride(), slots.count, slots.first};
  }

  detail::ConsumerEngine<detail::AnySlot> engine_;
};

}  // namespace sluice
