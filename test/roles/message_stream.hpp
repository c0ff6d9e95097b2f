// Messages that tell from their bytes which one they are, for the tests of messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "sluice/message.hpp"
#include "support/unique_name.hpp"

namespace sluice {

/// The byte at that place of message `number`.
inline std::byte byteOf(std::uint64_t number, std::size_t place) noexcept {
  return static_cast<std::byte>((number * 151 + place * 7 + (place >> 8)) & 0xff);
}

inline Kind kindOf(std::uint64_t number) noexcept {
  return Kind{static_cast<std::uint32_t>(number * 2654435761U)};
}

inline void fill(std::span<std::byte> bytes, std::uint64_t number) noexcept {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = byteOf(number, i);
}

/// Whether these bytes and this kind are of message `number`, of whatever size.
inline bool isOf(std::uint64_t number, std::span<const std::byte> bytes, Kind kind) noexcept {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] != byteOf(number, i)) return false;
  return kind == kindOf(number);
}

/// Its size, different from message to message, and up to `most`: short ones as often as long ones.
inline std::size_t sizeOf(std::uint64_t number, std::size_t most) noexcept {
  std::mt19937_64 random(number);
  const std::size_t scale = random() % 3 == 0 ? most : random() % 2 == 0 ? 41 : most / 4 + 1;
  return static_cast<std::size_t>(random() % ((scale < most ? scale : most) + 1));
}

/// Claims `claimed` bytes, fills `size` of them and finishes.
inline void claimAndFinish(MessageProducer& ring, std::uint64_t number, std::size_t claimed,
                           std::size_t size) {
  const MessageClaim room = ring.claim(claimed);
  fill(room.bytes().first(size), number);
  room.finish(size, kindOf(number));
}

/// Publishes messages `from` to `to` - 1, with their sizes up to `most`, one by one.
inline void publishMessages(MessageProducer& ring, std::uint64_t from, std::uint64_t to,
                            std::size_t most) {
  for (std::uint64_t number = from; number < to; ++number) {
    const std::size_t size = sizeOf(number, most);
    claimAndFinish(ring, number, size, size);
    ring.publish();
  }
}

/// A small ring: 16 slots, of which the region of 4096 bytes holds less than all may need.
inline MessageProducer createSmall(const testing::SegmentName& name,
                                   WaitStrategy waitStrategy = WaitStrategy::sleepAtOnce()) {
  return MessageProducer::create(
             name.str(),
             {.payloadBytes = 4096, .capacity = 16, .producer = {.waitStrategy = waitStrategy}})
      .value();
}

inline std::string textOf(const Message& message) {
  return {reinterpret_cast<const char*>(message.bytes.data()), message.bytes.size()};
}

}  // namespace sluice
