// The role that writes a stream of messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/c/linkage.h"
#include "sluice/detail/message_ledger.hpp"
#include "sluice/detail/own_wait_set.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/message_claim.hpp"
#include "sluice/message_kind.hpp"
#include "sluice/message_options.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// Creates a segment for messages, or continues one, and publishes messages of any length into it.
/// As Producer, with this difference: a claim is a number of bytes. Used by one thread at a time;
/// movable, which ends a claim that is not finished. Destroying it leaves the stream open for a
/// successor; close() ends it. A producer that was moved from, and in a forked child the parent's,
/// is attached to nothing, as Producer says.
///
/// What can never be had is refused at once and always, wherever the ring stands: tooLarge, a
/// message longer than longest(); allClaimed, more than that claimed and not published together,
/// in whole lines of 64 bytes, or all slots but one. Everything else passes once the consumers have
/// committed enough.
class SLUICE_API MessageProducer {
 public:
  /// Creates the segment `name` in options.producer.directory. Errors: as Producer::create.
  static Result<MessageProducer> create(std::string_view name, const MessageOptions& options);

  /// Continues a segment of messages, at exactly the message after the last published. Errors: as
  /// Producer::open; recordMismatch for a segment of records.
  static Result<MessageProducer> open(std::string_view name, const OpenOptions& options = {});

  /// Continues the segment if there is one, else creates it. An existing one keeps the geometry it
  /// has.
  static Result<MessageProducer> createOrOpen(std::string_view name, const MessageOptions& options);

  /// Room for a message of at most `bytes` bytes: waits for ever while there is none. Throws
  /// Exception when there can be none (tooLarge, allClaimed, after the end).
  [[gnu::always_inline]] MessageClaim claim(std::size_t bytes) {
    return {ledger_, ledger_.open(bytes), bytes};
  }

  /// The same within a limit; a false claim, which says why, when there is none.
  MessageClaim claim(std::size_t bytes, const WaitLimit& limit) {
    const auto opened = ledger_.open(bytes, limit);
    if (opened.status != Status::ok) return {ledger_, opened.status};
    return {ledger_, opened.place, bytes};
  }

  /// The same without waiting.
  MessageClaim tryClaim(std::size_t bytes) { return claim(bytes, WaitLimit::now()); }

  /// Publishes all claims that are finished. Status::ok, also when there are none; closed after
  /// close(), or detached.
  Status publish() noexcept { return ledger_.publish(); }

  /// Gives back what is claimed and unpublished, finished or not.
  void abandon() noexcept { ledger_.abandon(); }

  /// Copies a message in and publishes it, and with it all claims that are finished. Throws
  /// Exception as claim() does.
  void send(std::span<const std::byte> bytes, Kind kind = Kind{}) {
    detail::MessageLedger::Engine::mustGoOn(copyInto(claim(bytes.size()), bytes, kind));
  }
  /// The same within a limit: ok, or why nothing was sent.
  [[nodiscard]] Status send(std::span<const std::byte> bytes, Kind kind, const WaitLimit& limit) {
    const MessageClaim room = claim(bytes.size(), limit);
    return room ? copyInto(room, bytes, kind) : room.status();
  }
  /// The bytes of a text.
  void send(std::string_view text, Kind kind = Kind{}) {
    send(std::as_bytes(std::span(text)), kind);
  }
  [[nodiscard]] Status send(std::string_view text, Kind kind, const WaitLimit& limit) {
    return send(std::as_bytes(std::span(text)), kind, limit);
  }

  /// Ends the stream for good. What is claimed and unpublished is given up. Again: no effect.
  void close() noexcept { ledger_.close(); }

  /// As Producer::waitForConsumers.
  [[nodiscard]] Status waitForConsumers(const std::vector<std::string_view>& names,
                                        const WaitLimit& limit = {}) {
    return ledger_.engine().attachment().waitForConsumers(names, limit);
  }

  /// True while the segment's name still means this one. Costs system calls.
  bool isNamed() const { return ledger_.engine().attachment().isNamed(); }

  /// The sequence of the last message published, and of the last claim finished; before the first
  /// message of a ring, that before its firstSequence, which is noSequence where that is 0.
  Sequence lastPublished() const noexcept { return ledger_.engine().lastPublished(); }
  Sequence lastFinished() const noexcept { return ledger_.engine().lastClaimed(); }
  /// Slots of the ring: messages in flight.
  std::uint64_t capacity() const noexcept { return ledger_.engine().ring().capacity(); }
  /// Bytes of the payload region, of the longest message, and of the longest that lies in its slot.
  std::uint64_t payloadBytes() const noexcept { return ledger_.region().size(); }
  std::uint64_t longest() const noexcept { return ledger_.longest(); }
  std::uint64_t longestInSlot() const noexcept { return ledger_.engine().ring().recordSize; }

  /// A descriptor for an event loop, and what makes it readable, as WaitSet has them: that
  /// tryClaim() has room for that many bytes. arm() returns Status::ok where it has already,
  /// timedOut while it has not, or why it never will. The descriptor goes with this object when
  /// that is moved, and arm() is to be called again then.
  Result<int> readyDescriptor() {
    return detail::OwnWaitSet::readyDescriptor(ledger_.engine().attachment().ownWaitSet());
  }
  Status arm(std::size_t bytes) {
    return detail::OwnWaitSet::arm(ledger_.engine().attachment().ownWaitSet(), *this, bytes);
  }

 private:
  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember(std::size_t bytes);

  explicit MessageProducer(detail::ProducerAttachment attachment)
      : ledger_(std::move(attachment)) {}

  static Result<MessageProducer> hold(Result<detail::ProducerAttachment> attachment) {
    if (!attachment) return attachment.error();
    return MessageProducer(*std::move(attachment));
  }

  Status copyInto(const MessageClaim& room, std::span<const std::byte> bytes, Kind kind) {
    if (!bytes.empty()) std::memcpy(room.bytes().data(), bytes.data(), bytes.size());
    room.finish(bytes.size(), kind);
    return publish();
  }

  detail::MessageLedger ledger_;
};

}  // namespace sluice
