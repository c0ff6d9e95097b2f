// What a producer of messages has claimed, and where in the payload region.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/payload_region.hpp"
#include "sluice/detail/producer_attachment.hpp"
#include "sluice/detail/producer_engine.hpp"
#include "sluice/detail/room_poll.hpp"
#include "sluice/error.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// Slots are claimed and published by the engine, which has them from a claim's finish on; this
/// keeps the payloads. A claim is the engine's next slot, and where its bytes lie: nothing is
/// remembered of it, so that a short message costs as little as it can. Used by one thread at a
/// time; movable.
class MessageLedger {
 public:
  explicit MessageLedger(ProducerAttachment attachment)
      : MessageLedger(attachment.messageSlot(), attachment.payload(), std::move(attachment)) {}

  /// Where a message of at most `size` bytes may be written, waiting for ever. Fails when there can
  /// be none.
  std::byte* open(std::size_t size) {
    if (size <= engine_.ring().recordSize) [[likely]] {
      if (engine_.hasRoomAtOnce()) [[likely]]
        return openInSlot();
    } else if (std::byte* const place = openLongAtOnce(size)) {
      return place;
    }
    return openOrFail(size);
  }

  /// The same within a limit; null, and why.
  struct Opened {
    std::byte* place;
    Status status;
  };
  Opened open(std::size_t size, const WaitLimit& limit) {
    const bool isShort = size <= engine_.ring().recordSize;
    if (!isShort) {
      if (const Status status = judge(size); status != Status::ok)
        return {nullptr, engine_.attachment().isDetached() ? Status::detached : status};
    }
    const auto openWithin = [&](const WaitLimit& within) -> Opened {
      if (const Status status = engine_.makeRoom(within); status != Status::ok)
        return {nullptr, status};
      return isShort ? Opened{openInSlot(), Status::ok} : openInRegion(size, within);
    };
    // Of two waits, for a slot and for payload, both have one deadline.
    const bool mayWaitTwice = !isShort && !engine_.hasRoomAtOnce();
    return mayWaitTwice ? openWithin(limit.started()) : openWithin(limit);
  }

  /// Ends the claim whose bytes lie at that place: the message has `size` of the `most` bytes that
  /// were claimed. Fails when the place has been used since, as far as its address tells.
  void finish(std::byte* place, std::size_t most, std::size_t size, std::uint32_t kind) {
    // As numbers: a false claim has no place.
    const auto slot = reinterpret_cast<std::uintptr_t>(place) - messageOffset;
    if (slot != reinterpret_cast<std::uintptr_t>(engine_.next()) || size > most) [[unlikely]]
      return finishElsewhere(place, most, size, kind);
    end(place - messageOffset, position_, ContentWord::of(size, false, kind));
  }

  /// Polls for room look closely next.
  void lookCloser() noexcept {
    poll_.forget();
    engine_.lookCloser();
  }

  Status publish() noexcept { return engine_.publish(); }

  void abandon() noexcept {
    engine_.abandon();
    forgetClaims();
  }

  void close() noexcept {
    engine_.close();
    forgetClaims();
  }

  /// The longest message that can be claimed, whatever else is.
  std::uint64_t longest() const noexcept {
    const std::uint64_t half = region_.size() / 2;
    const std::uint64_t inSlot = engine_.ring().recordSize;
    return inSlot < half ? half : inSlot;
  }

  using Engine = ProducerEngine<MessageSlot>;
  Engine& engine() noexcept { return engine_; }
  const Engine& engine() const noexcept { return engine_; }
  const PayloadRegion& region() const noexcept { return region_; }

 private:
  static inline const WaitLimit atOnce = WaitLimit::now();
  static inline constinit const WaitLimit forEver{};

  MessageLedger(const MessageSlot& slot, const PayloadRegion& region,
                ProducerAttachment&& attachment)
      : engine_(std::move(attachment), slot),
        region_(region),
        position_(engine_.attachment().payloadEnd()),
        publishedEnd_(position_),
        granted_(position_) {}

  std::byte* openInSlot() noexcept { return engine_.next() + messageOffset; }

  [[gnu::always_inline]] void end(std::byte* slot, std::uint64_t position,
                                  ContentWord content) noexcept {
    MessageHead& head = headOf(slot);
    head.position.store(position, std::memory_order_relaxed);
    head.content.store(content.word, std::memory_order_relaxed);
    engine_.take(slot);
  }

  /// In the region, or not at all.
  [[gnu::noinline]] void finishElsewhere(const std::byte* place, std::size_t most, std::size_t size,
                                         std::uint32_t kind) {
    const std::uint64_t begin = region_.beginOf(position_, wholeLines(most));
    const bool isOpen = engine_.hasRoomAtOnce() && most > engine_.ring().recordSize &&
                        place == region_.at(begin) && reached(granted_, begin + wholeLines(most));
    if (!isOpen || size > most) failAsMisused(isOpen, most, size);
    if (size == 0) return end(engine_.next(), position_, ContentWord::of(0, false, kind));
    // What was finished before this claim may have been published while it was open.
    settle();
    const std::uint64_t lines = wholeLines(size);
    unpublished_ += lines;
    position_ = begin + lines;
    end(engine_.next(), begin, ContentWord::of(size, true, kind));
  }

  /// A publish is one of all finished claims, and does nothing here, which short messages would pay
  /// for: what became of the payloads is found out when it matters.
  void settle() noexcept {
    if (engine_.lastPublished() == settledAt_) return;
    settledAt_ = engine_.lastPublished();
    publishedEnd_ = position_;
    unpublished_ = 0;
  }

  /// In the region; null where that takes a closer look.
  [[gnu::noinline]] std::byte* openLongAtOnce(std::size_t size) noexcept {
    if (!engine_.hasRoomAtOnce() || judge(size) != Status::ok) return nullptr;
    const std::uint64_t lines = wholeLines(size);
    const std::uint64_t begin = region_.beginOf(position_, lines);
    return reached(granted_, begin + lines) ? region_.at(begin) : nullptr;
  }

  [[gnu::noinline]] std::byte* openOrFail(std::size_t size) {
    const Opened opened = open(size, forEver);
    if (opened.status == Status::tooLarge || opened.status == Status::allClaimed)
      failAsRefused(opened.status, size);
    Engine::mustGoOn(opened.status);
    return opened.place;
  }

  /// What can never pass, wherever the ring stands. With at most half of the region claimed and not
  /// published, a payload passes once all that is published is committed, though it skips the
  /// region's end.
  Status judge(std::size_t size) noexcept {
    settle();
    const std::uint64_t half = region_.size() / 2;
    if (size > half) return Status::tooLarge;
    return unpublished_ + wholeLines(size) > half ? Status::allClaimed : Status::ok;
  }

  Opened openInRegion(std::size_t size, const WaitLimit& limit) {
    const std::uint64_t lines = wholeLines(size);
    const std::uint64_t begin = region_.beginOf(position_, lines);
    if (!reached(granted_, begin + lines)) [[unlikely]] {
      const PayloadAsk ask{position_, begin + lines, publishedEnd_, engine_.lastClaimed(),
                           engine_.lastPublished()};
      const Status status = limit.isNow() ? pollForPayload(ask) : claimPayload(ask, limit);
      if (status != Status::ok) return {nullptr, status};
    }
    return {region_.at(begin), Status::ok};
  }

  Status claimPayload(const PayloadAsk& ask, const WaitLimit& limit) {
    const PayloadClaim claim = engine_.attachment().claimPayload(ask, limit);
    if (claim.status == Status::ok) granted_ = claim.end;
    return claim.status;
  }

  [[gnu::noinline]] Status pollForPayload(const PayloadAsk& ask) {
    return poll_.ask(engine_.attachment(), [&] { return claimPayload(ask, atOnce); });
  }

  void forgetClaims() noexcept {
    settle();
    position_ = publishedEnd_;
    unpublished_ = 0;
    poll_.forget();
  }

  [[noreturn, gnu::noinline]] static void failAsMisused(bool isOpen, std::size_t most,
                                                        std::size_t size) {
    if (!isOpen)
      fail(Error{ErrorCode::invalidArgument, "", "finish", "a claim that is not open",
                 "the last claim, once, before the next is finished", ""});
    fail(Error{ErrorCode::invalidArgument, "", "finish", std::to_string(size) + " bytes",
               "at most the " + std::to_string(most) + " that were claimed",
               "claim as many as the message may have"});
  }

  [[noreturn, gnu::noinline]] void failAsRefused(Status status, std::size_t size) const {
    const std::string most = std::to_string(longest());
    if (status == Status::tooLarge)
      fail(Error{ErrorCode::invalidArgument, "", "claim",
                 "a message of " + std::to_string(size) + " bytes", "at most " + most,
                 "create the segment with payloadBytes of twice the longest message"});
    fail(Error{ErrorCode::invalidArgument, "", "claim",
               std::to_string(unpublished_) + " bytes claimed and not published, and " +
                   std::to_string(size) + " more",
               "at most " + most + " together, and one slot less than the ring has",
               "publish what is claimed before claiming more"});
  }

  Engine engine_;
  PayloadRegion region_;
  std::uint64_t position_;           // where the payload of the last finished claim ends
  std::uint64_t publishedEnd_;       // where the payload of the last published message ends
  std::uint64_t granted_;            // payload up to here may be written
  Sequence settledAt_ = noSequence;  // the last message published, when that was known
  std::uint64_t unpublished_ = 0;    // whole lines of payload that were finished since
  RoomPoll poll_;
};

}  // namespace sluice::detail
