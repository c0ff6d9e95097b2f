// The role that reads every message, and that the producer waits for.
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
#include "sluice/message_batch.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"
#include "sluice/segment_id.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// Joins a stream of messages and reads it in place, as Consumer reads records; what is not said
/// here is as there. A consumer with evictAfter may read bytes that are being overwritten, and
/// whatever they are, it stays inside the ring; they count once commit() is good.
class MessageConsumer {
 public:
  using Messages = MessageBatch;

  /// Attaches to the segment `name`. Errors: as Consumer::attach; recordMismatch for a segment of
  /// records.
  static Result<MessageConsumer> attach(std::string_view name,
                                        const ConsumerOptions& options = {}) {
    auto attachment =
        detail::ConsumerAttachment::attach(name, options, {.slotLayout = SlotLayout::messages});
    if (!attachment) return attachment.error();
    const detail::MessageFinder finder{attachment->messageSlot(), attachment->payload()};
    return MessageConsumer(*std::move(attachment), finder, options);
  }

  /// The messages after those it returned before: waits for ever until there is at least one, and
  /// returns as many as are there, at most maxBatch and not past the end of the ring of slots.
  [[gnu::always_inline]] Messages wait() { return batch(engine_.wait()); }
  Messages wait(const WaitLimit& limit) { return batch(engine_.wait(limit)); }
  [[gnu::always_inline]] Messages tryWait() { return batch(engine_.tryWait()); }

  Status commit() noexcept { return engine_.commit(); }
  Status commit(std::size_t n) noexcept { return engine_.commit(n); }
  Status commitUpTo(Sequence last) noexcept { return engine_.commitUpTo(last); }
  void rewind() noexcept { engine_.rewind(); }
  void resign() noexcept { engine_.resign(); }

  Status status() const noexcept { return engine_.status(); }
  std::string_view name() const noexcept { return engine_.attachment().name(); }
  std::uint64_t capacity() const noexcept { return engine_.ring().capacity(); }
  /// How many messages are published and not committed.
  std::uint64_t lag() const noexcept { return engine_.lag(); }
  bool isNamed() const { return engine_.attachment().isNamed(); }
  SegmentId segmentId() const noexcept { return engine_.attachment().segmentId(); }
  Sequence next() const noexcept { return engine_.lastTaken() + 1; }
  Sequence lastCommitted() const noexcept { return engine_.attachment().lastCommitted(); }
  /// Which messages this consumer's name was never given.
  const LostRecords& lost() const noexcept { return engine_.attachment().lost(); }

  /// A descriptor for an event loop, and what makes it readable, as WaitSet has them: that
  /// tryWait() has a message. arm() returns Status::ok where it has already, timedOut while it has
  /// not, or why it never will. The descriptor goes with this object when that is moved, and arm()
  /// is to be called again then.
  Result<int> readyDescriptor() {
    return detail::OwnWaitSet::readyDescriptor(engine_.run().attachment().ownWaitSet());
  }
  Status arm() { return detail::OwnWaitSet::arm(engine_.run().attachment().ownWaitSet(), *this); }

 private:
  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember() {
    return std::make_unique<detail::ConsumerMember<detail::MessageSlot>>(engine_.run());
  }

  MessageConsumer(detail::ConsumerAttachment attachment, const detail::MessageFinder& finder,
                  const ConsumerOptions& options)
      : engine_(std::move(attachment), finder.slot, options.maxBatch, options.waitStrategy),
        finder_(finder) {}

  [[gnu::always_inline]] Messages batch(const detail::ArrivedSlots& slots) const noexcept {
    if (slots.count == 0) return {finder_, slots.first, slots.status};
    return {finder_, slots.slot, slots.count, slots.first};
  }

  detail::ConsumerEngine<detail::MessageSlot> engine_;
  detail::MessageFinder finder_;
};

}  // namespace sluice
