// A producer of records whose type is known when the program runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

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
#include "sluice/untyped_batch.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// As Producer, with the record's type and the layout of the slots as values. For other languages,
/// tools and bridges. What is not said here is as in Producer.
class UntypedProducer {
 public:
  using Batch = UntypedBatch<std::byte>;

  /// Creates a segment for records of that description. Errors: as Producer::create.
  static Result<UntypedProducer> create(std::string_view name, const ProducerOptions& options,
                                        const RecordDescription& record,
                                        SlotLayout slotLayout = SlotLayout::stamped) {
    return hold(detail::ProducerAttachment::create(name, options, record, slotLayout));
  }

  /// Continues a segment, whatever its record and its layout. Errors: as Producer::open, less
  /// recordMismatch.
  static Result<UntypedProducer> open(std::string_view name, const OpenOptions& options = {}) {
    return hold(detail::ProducerAttachment::open(name, options, {.anyRecord = true}));
  }
  /// The same, if its record is of that description.
  static Result<UntypedProducer> open(std::string_view name, const OpenOptions& options,
                                      const RecordDescription& expected) {
    return hold(detail::ProducerAttachment::open(name, options, {expected, {}}));
  }

  /// Continues the segment if there is one, else creates it; as Producer::createOrOpen.
  static Result<UntypedProducer> createOrOpen(std::string_view name, const ProducerOptions& options,
                                              const RecordDescription& record,
                                              SlotLayout slotLayout = SlotLayout::stamped) {
    return hold(detail::ProducerAttachment::createOrOpen(name, options, record, slotLayout));
  }

  /// The name, size, alignment and fields of the record, as the segment tells them. Valid as long
  /// as this producer, and what it is moved to, lives.
  const RecordDescription& record() const { return engine_.attachment().record(); }
  SlotLayout slotLayout() const noexcept { return engine_.ring().layout; }
  /// Bytes from one record of a batch to the next.
  std::size_t stride() const noexcept { return engine_.ring().stride; }

  /// Where the next record is to be written: record().size bytes.
  std::byte* claimOne() { return engine_.record(engine_.claimOne()); }
  [[nodiscard]] std::byte* tryClaim() {
    return engine_.hasRoomNow() ? engine_.record(engine_.takeOne()) : nullptr;
  }
  Batch claimOne(const WaitLimit& limit) { return batch(engine_.claimOne(limit)); }
  Batch claimUpTo(std::size_t n) { return batch(engine_.claimUpTo(n)); }
  Batch claimUpTo(std::size_t n, const WaitLimit& limit) {
    return batch(engine_.claimUpTo(n, limit));
  }

  Status publish() noexcept { return engine_.publish(); }
  Status publishFirst(std::size_t n) noexcept { return engine_.publishFirst(n); }
  void abandon() noexcept { engine_.abandon(); }

  /// Copies `n` records in that lie that many bytes apart, and publishes them.
  void send(const std::byte* records, std::size_t distance, std::size_t n) {
    detail::ProducerEngine<detail::AnySlot>::mustGoOn(
        engine_.send(records, distance, n, {}).status);
  }
  [[nodiscard]] Sent send(const std::byte* records, std::size_t distance, std::size_t n,
                          const WaitLimit& limit) {
    return engine_.send(records, distance, n, limit);
  }

  void close() noexcept { engine_.close(); }
  [[nodiscard]] Status waitForConsumers(const std::vector<std::string_view>& names,
                                        const WaitLimit& limit = {}) {
    return engine_.attachment().waitForConsumers(names, limit);
  }
  bool isNamed() const { return engine_.attachment().isNamed(); }
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
  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember() {
    return std::make_unique<detail::ProducerMember<detail::RoomForOne<detail::AnySlot>>>(engine_);
  }

  UntypedProducer(detail::ProducerAttachment attachment, const detail::AnySlot& slot)
      : engine_(std::move(attachment), slot) {}

  static Result<UntypedProducer> hold(Result<detail::ProducerAttachment> attachment) {
    if (!attachment) return attachment.error();
    const detail::AnySlot slot = attachment->slot();
    return UntypedProducer(*std::move(attachment), slot);
  }
  Batch batch(const detail::ClaimedSlots& slots) const noexcept {
    if (slots.count == 0) return {slots.first, slots.status};
    return {engine_.record(slots.slot), stride(), slots.count, slots.first};
  }

  detail::ProducerEngine<detail::AnySlot> engine_;
};

}  // namespace sluice
