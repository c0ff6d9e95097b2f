// The roles for messages, as the suite asks for them: a Tick is a message of 16 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "conformance/readers.hpp"
#include "sluice/message.hpp"
#include "tick.hpp"

namespace sluice::conformance {

/// Claims that are finished and not published, as a batch of claimed records.
class ClaimedMessages {
 public:
  ClaimedMessages(Sequence first, Status status) : first_(first), status_(status) {}

  void add(std::span<std::byte> bytes) { messages_.push_back(bytes); }
  explicit operator bool() const noexcept { return !messages_.empty(); }
  bool empty() const noexcept { return messages_.empty(); }
  std::size_t size() const noexcept { return messages_.size(); }
  Status status() const noexcept { return status_; }
  Sequence first() const noexcept { return first_; }
  std::byte* operator[](std::size_t index) const noexcept { return messages_[index].data(); }

 private:
  std::vector<std::span<std::byte>> messages_;
  Sequence first_;
  Status status_;
};

/// A producer of messages with the claims that a producer of records has.
class ProducerOfTicks : public MessageProducer {
 public:
  ProducerOfTicks(MessageProducer ring, std::size_t claim)
      : MessageProducer(std::move(ring)), claim_(claim) {}

  std::byte* claimOne() {
    const MessageClaim room = claim(claim_);
    room.finish(sizeof(Tick));
    return room.bytes().data();
  }
  ClaimedMessages claimOne(const WaitLimit& limit) { return claimUpTo(1, limit); }
  ClaimedMessages claimUpTo(std::size_t n) { return claimUpTo(n, {}); }
  ClaimedMessages claimUpTo(std::size_t n, const WaitLimit& limit) {
    ClaimedMessages claimed(lastFinished() + 1, Status::ok);
    for (std::size_t i = 0; i < n; ++i) {
      const MessageClaim room = i == 0 ? claim(claim_, limit) : tryClaim(claim_);
      if (!room && i == 0) return {claimed.first(), room.status()};
      if (!room) break;
      room.finish(sizeof(Tick));
      claimed.add(room.bytes());
    }
    return claimed;
  }
  Sequence lastClaimed() const noexcept { return lastFinished(); }

 private:
  std::size_t claim_;
};

/// MessageProducer, claiming so many bytes for each message.
template <std::size_t claimedBytes>
struct MessageWriter {
  using Producer = ProducerOfTicks;

  static Result<Producer> create(const std::string& segment, const ProducerOptions& options) {
    return hold(MessageProducer::create(segment, optionsOf(options)));
  }
  static Result<Producer> open(const std::string& segment, const OpenOptions& options) {
    return hold(MessageProducer::open(segment, options));
  }
  static Result<Producer> createOrOpen(const std::string& segment, const ProducerOptions& options) {
    return hold(MessageProducer::createOrOpen(segment, optionsOf(options)));
  }

  static void claim(Producer& ring, std::uint64_t number) { writeAt(ring.claimOne(), number); }
  static bool tryClaim(Producer& ring, std::uint64_t number) {
    const auto claimed = ring.claimUpTo(1, WaitLimit::now());
    if (claimed) writeAt(claimed[0], number);
    return !claimed.empty();
  }
  static void write(const ClaimedMessages& claimed, std::size_t index, std::uint64_t number) {
    writeAt(claimed[index], number);
  }

  static void send(Producer& ring, std::span<const Tick> records) {
    for (const Tick& record : records)
      ring.send(std::as_bytes(std::span(&record, 1)));
  }

 private:
  static MessageOptions optionsOf(const ProducerOptions& options) {
    return {.capacity = options.capacity, .producer = options};
  }
  static Result<Producer> hold(Result<MessageProducer> ring) {
    if (!ring) return ring.error();
    return Producer(*std::move(ring), claimedBytes);
  }
  static void writeAt(std::byte* bytes, std::uint64_t number) {
    const Tick tick = Tick::of(number);
    std::memcpy(bytes, &tick, sizeof tick);
  }
};

/// MessageConsumer and MessageObserver.
struct MessageReader {
  using Consumer = MessageConsumer;
  using Observer = MessageObserver;

  static Result<Consumer> attach(const std::string& segment, const ConsumerOptions& options) {
    return Consumer::attach(segment, options);
  }
  static Result<Observer> observe(const std::string& segment, const ObserverOptions& options) {
    return Observer::attach(segment, options);
  }

  static Tick read(const MessageBatch& batch, std::size_t index) {
    return tickIn(batch[index].bytes);
  }
  static Seen look(Observer& observer, const WaitLimit& limit) {
    const ObservedMessage seen = observer.wait(limit);
    return {seen, seen ? tickIn(seen.bytes) : Tick{}};
  }

 private:
  static Tick tickIn(std::span<const std::byte> bytes) {
    Tick tick{};
    if (bytes.size() == sizeof tick) std::memcpy(&tick, bytes.data(), sizeof tick);
    return tick;
  }
};

}  // namespace sluice::conformance
