// What participants do with messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "require.hpp"
#include "see.hpp"
#include "sluice/message.hpp"

namespace sluice::fuzz {

struct MessageRoles {
  using Producer = MessageProducer;
  using Consumer = MessageConsumer;
  using Observer = MessageObserver;

  static void read(const Message& message, Sequence sequence) {
    require(message.sequence == sequence, "messages follow each other");
    read(message.bytes);
    see(static_cast<std::uint64_t>(message.kind));
  }
  static void read(const ObservedMessage& observed) { read(observed.bytes); }

  /// Some that lie in their slot, some in the region, one that skips its end and one too long.
  static void write(Producer& producer) {
    require(producer.longest() <= producer.payloadBytes(), "no message is longer than the region");
    for (const std::size_t size : {std::size_t{0}, std::size_t{33}, std::size_t{41},
                                   std::size_t{1000}, std::size_t{4096}, std::size_t{4097}}) {
      MessageClaim claim = producer.tryClaim(size);
      require(static_cast<bool>(claim) == (claim.status() == Status::ok),
              "only a claim of nothing has a reason");
      require(!claim || size <= producer.longest(), "what is too long is not claimed");
      if (!claim) continue;
      require(claim.bytes().size() == size, "a claim is as long as it was asked for");
      if (size != 0) std::memset(claim.bytes().data(), 'x', size);
      if (size == 41)
        claim.abandon();
      else
        claim.finish(size - size / 3, Kind{5});
      if (size == 33) producer.publish();
    }
  }
  static Sequence lastClaimed(const Producer& producer) { return producer.lastFinished(); }

 private:
  /// All of them, as a fault tells where they are not.
  static void read(std::span<const std::byte> bytes) {
    std::uint64_t sum = bytes.size();
    for (const std::byte byte : bytes)
      sum = 31 * sum + std::to_integer<std::uint64_t>(byte);
    see(sum);
  }
};

}  // namespace sluice::fuzz
