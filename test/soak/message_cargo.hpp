// Messages of any length, as what the soak sends.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "life.hpp"
#include "parcel.hpp"
#include "producer_account.hpp"
#include "sluice/message.hpp"

namespace sluice::soak {

/// One turn of a producer: claims, fills, gives back and publishes in every way there is, from
/// empty messages to the longest that the ring takes.
class MessageLoading {
 public:
  MessageLoading(Life& life, MessageProducer& ring, ProducerAccount& account, std::uint64_t writer)
      : life_(life), ring_(ring), account_(account), writer_(writer) {}

  void publishSome() {
    switch (life_.upTo(6)) {
      case 0:
        for (std::uint64_t n = life_.upTo(60); n > 0; --n)
          sendOne();
        break;
      case 1:
        for (std::uint64_t n = life_.upTo(60); n > 0; --n) {
          claimOne(WaitLimit{}, true);
          publishClaimed();
        }
        break;
      case 2:
        claimSome();
        publishClaimed();
        break;
      case 3:
        // The places of these are given to others.
        claimSome();
        giveBackOne();
        if (life_.oneIn(2)) giveBackAll();
        claimSome();
        publishClaimed();
        break;
      case 4:
        // What stays claimed is never seen when this one leaves or dies now.
        claimSome();
        break;
      case 5:
        askTooMuch();
        break;
      default:
        if (life_.oneIn(4)) Life::pause(std::chrono::milliseconds(life_.upTo(3)));
    }
    if (account_.claimed() > life_.capacity / 2) publishClaimed();
  }

 private:
  /// Of as many sizes as there are numbers of digits, and now and then the longest.
  std::size_t anySize() {
    if (life_.oneIn(100)) return ring_.longest();
    const auto digits = life_.upTo(static_cast<std::uint64_t>(std::bit_width(ring_.longest())) - 1);
    return life_.upTo(std::uint64_t{1} << digits);
  }

  void claimSome() {
    const std::uint64_t most = std::max<std::uint64_t>(life_.capacity / 4, 1);
    for (std::uint64_t n = 1 + life_.upTo(most - 1); n > 0; --n)
      if (!claimOne(std::chrono::milliseconds(20))) return;
  }

  /// False when there was no room within the limit, or what is claimed has to be published first.
  bool claimOne(const WaitLimit& limit, bool isForEver = false) {
    const std::size_t size = anySize();
    const std::size_t most =
        life_.oneIn(4) ? size + life_.upTo(ring_.longest() - size) : size;  // the rest goes back
    const MessageClaim room = ring_.claim(most, limit);
    if (!room) {
      mustBeWhy(room.status(), most, isForEver);
      return false;
    }
    if (room.bytes().size() != most) throw Broken("a claim has not the bytes that were asked for");
    const std::span<std::byte> bytes = room.bytes().first(size);
    const std::uint64_t checksum = fill(bytes);
    room.finish(size, Parcel::kindOf(checksum));
    account_.onClaimed(checksum);
    const bool isInRegion = size != 0 && most > ring_.longestInSlot();
    if (isInRegion) claimedBytes_ += detail::wholeLines(size);
    return true;
  }

  std::uint64_t fill(std::span<std::byte> bytes) const {
    Parcel::fill(bytes, account_.next(), writer_);
    return Parcel::checksumOf(bytes, account_.next());
  }

  void mustBeWhy(Status status, std::size_t most, bool isForEver) const {
    const bool isTooMuch = most > ring_.longestInSlot() &&
                           claimedBytes_ + detail::wholeLines(most) > ring_.payloadBytes() / 2;
    const bool allSlots = account_.claimed() + 1 >= ring_.capacity();
    if (status == Status::allClaimed && (isTooMuch || allSlots)) return;
    if (status == Status::timedOut && !isForEver) return;
    throw Broken(fmt::format("a claim of {} bytes beside {} ended as {}", most, claimedBytes_,
                             nameOf(status)));
  }

  /// Copied in, and published with what is claimed.
  void sendOne() {
    const std::size_t size = std::min<std::size_t>(anySize(), 4096);
    const std::size_t room = ring_.payloadBytes() / 2 - claimedBytes_;
    if (detail::wholeLines(size) > room || account_.claimed() + 1 >= ring_.capacity())
      publishClaimed();
    std::vector<std::byte> bytes(size);
    const std::uint64_t checksum = fill(bytes);
    account_.onClaimed(checksum);
    const std::size_t count = account_.claimed();
    account_.beforePublish(count);
    ring_.send(bytes, Parcel::kindOf(checksum));
    account_.afterPublish(count, Status::ok, ring_.lastPublished());
    claimedBytes_ = 0;
  }

  void giveBackOne() {
    MessageClaim room = ring_.claim(anySize(), std::chrono::milliseconds(1));
    std::ranges::fill(room.bytes(), std::byte{0xee});
    room.abandon();
  }

  void giveBackAll() {
    ring_.abandon();
    account_.onAbandoned();
    claimedBytes_ = 0;
  }

  /// It is refused wherever the ring stands, and does no harm.
  void askTooMuch() {
    const Status status = ring_.claim(ring_.longest() + 1, WaitLimit::now()).status();
    if (status != Status::tooLarge)
      throw Broken(fmt::format("a claim of more than the longest ended as {}", nameOf(status)));
  }

  void publishClaimed() {
    const std::size_t count = account_.claimed();
    account_.beforePublish(count);
    const Status status = ring_.publish();
    account_.afterPublish(count, status, ring_.lastPublished());
    claimedBytes_ = 0;
  }

  Life& life_;
  MessageProducer& ring_;
  ProducerAccount& account_;
  std::uint64_t writer_;
  std::uint64_t claimedBytes_ = 0;  // of the payload region, finished and not published
};

struct MessageCargo {
  using Out = MessageProducer;
  using In = MessageConsumer;
  using Watcher = MessageObserver;
  using Loading = MessageLoading;
  /// One long message may need all that is not committed.
  static constexpr bool fewHoldNobodyUp = false;

  static Result<Out> create(const Life& life, const ProducerOptions& options) {
    return Out::create(life.segment, {.payloadBytes = life.payloadBytes,
                                      .capacity = life.capacity,
                                      .slotSize = life.slotSize,
                                      .producer = options});
  }

  /// The checksum of what came; none if it is torn.
  static std::optional<std::uint64_t> proofOf(const Message& message, Sequence number) {
    if (message.sequence != number) return std::nullopt;
    return Parcel::proofOf(message.bytes, message.kind, number);
  }
  static std::optional<std::uint64_t> proofOf(const ObservedMessage& seen) {
    return Parcel::proofOf(seen.bytes, seen.kind, seen.sequence);
  }
};

}  // namespace sluice::soak
