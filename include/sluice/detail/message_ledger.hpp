// What a producer of messages has claimed, and where in the payload region.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/payload_region.hpp"
#include "sluice/detail/poll_pace.hpp"
#include "sluice/detail/producer_attachment.hpp"
#include "sluice/detail/producer_engine.hpp"
#include "sluice/error.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// Slots are claimed and published by the engine, which has them from a claim's finish on; this
/// keeps the one claim that is open, and the payloads. Used by one thread at a time; movable, but
/// not while a claim is open.
class MessageLedger {
 public:
  explicit MessageLedger(ProducerAttachment attachment)
      : MessageLedger(attachment.messageSlot(), attachment.payload(), std::move(attachment)) {}

  /// Where a message of at most `size` bytes may be written, waiting for ever. Fails when there can
  /// be none.
  std::byte* open(std::size_t size) {
    if (openSlot_ != nullptr) [[unlikely]]
      failAsUnfinished();
    if (size <= engine_.ring().recordSize && engine_.hasRoomAtOnce()) [[likely]]
      return openInSlot();
    return openOrFail(size);
  }

  /// The same within a limit; null, and why.
  struct Opened {
    std::byte* place;
    Status status;
  };
  Opened open(std::size_t size, const WaitLimit& limit) {
    if (openSlot_ != nullptr) [[unlikely]]
      failAsUnfinished();
    const WaitLimit started = limit.started();
    const bool isShort = size <= engine_.ring().recordSize;
    if (!isShort) {
      if (const Status status = judge(size); status != Status::ok) return {nullptr, status};
    }
    if (const Status status = engine_.makeRoom(started); status != Status::ok)
      return {nullptr, status};
    if (isShort) return {openInSlot(), Status::ok};
    return openInRegion(size, started);
  }

  /// Ends the claim of that slot, whose bytes lie at that place: the message has `size` of the
  /// `most` bytes that were claimed.
  void finish(std::byte* slot, const std::byte* place, std::size_t most, std::size_t size,
              std::uint32_t kind) {
    if (slot != openSlot_ || size > most) [[unlikely]]
      failAsMisused(slot == openSlot_, most, size);
    openSlot_ = nullptr;
    MessageHead& head = headOf(slot);
    const bool inRegion = place != slot + messageOffset && size != 0;
    if (inRegion) [[unlikely]]
      moveTo(begin_, size);
    head.position.store(inRegion ? begin_ : position_, std::memory_order_relaxed);
    head.content.store(ContentWord::of(size, inRegion, kind).word, std::memory_order_relaxed);
    engine_.takeOne();
  }

  /// Gives the open claim back, if it is of that slot.
  void giveBack(const std::byte* slot) noexcept {
    if (slot != openSlot_) return;
    openSlot_ = nullptr;
  }

  std::byte* openSlot() const noexcept { return openSlot_; }

  Status publish() noexcept {
    if (unpublished_ != 0) [[unlikely]]
      settle();
    return engine_.publish();
  }

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

  std::byte* openInSlot() noexcept {
    openSlot_ = engine_.next();
    return openSlot_ + messageOffset;
  }

  void moveTo(std::uint64_t begin, std::size_t size) noexcept {
    const std::uint64_t lines = wholeLines(size);
    unpublished_ += lines;
    position_ = begin + lines;
  }

  void settle() noexcept {
    publishedEnd_ = position_;
    unpublished_ = 0;
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
  Status judge(std::size_t size) const noexcept {
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
    openSlot_ = engine_.next();
    begin_ = begin;
    return {region_.at(begin), Status::ok};
  }

  Status claimPayload(const PayloadAsk& ask, const WaitLimit& limit) {
    const PayloadClaim claim = engine_.attachment().claimPayload(ask, limit);
    if (claim.status == Status::ok) granted_ = claim.end;
    return claim.status;
  }

  [[gnu::noinline]] Status pollForPayload(const PayloadAsk& ask) {
    if (pace_.isQuick() && gating_.isAsBefore()) return Status::timedOut;
    const Status status = claimPayload(ask, atOnce);
    const bool isStillFull =
        status == Status::timedOut && engine_.attachment().lookAtGating(gating_);
    isStillFull ? pace_.foundNothing() : pace_.foundSomething();
    return status;
  }

  void forgetClaims() noexcept {
    openSlot_ = nullptr;
    position_ = publishedEnd_;
    unpublished_ = 0;
    pace_.foundSomething();
  }

  [[noreturn, gnu::noinline]] static void failAsUnfinished() {
    fail(Error{ErrorCode::invalidArgument, "", "claim", "the claim before is still open", "none",
               "finish() or abandon() it first"});
  }

  [[noreturn, gnu::noinline]] static void failAsMisused(bool isOpen, std::size_t most,
                                                        std::size_t size) {
    if (!isOpen)
      fail(Error{ErrorCode::invalidArgument, "", "finish", "a claim that is no longer open",
                 "the last claim, once", ""});
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
  std::byte* openSlot_ = nullptr;  // of the claim that is open
  std::uint64_t position_;         // where the payload of the last finished claim ends
  std::uint64_t begin_ = 0;        // where that of the open claim begins, if it lies in the region
  std::uint64_t publishedEnd_;     // where the payload of the last published message ends
  std::uint64_t granted_;          // payload up to here may be written
  std::uint64_t unpublished_ = 0;  // whole lines of payload that are finished and not published
  PollPace pace_;
  Gating gating_;
};

}  // namespace sluice::detail
