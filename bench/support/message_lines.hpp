// The cache lines that a message moves from one end to the other.
#pragma once

#include <cstddef>
#include <cstdint>

#include "support/message_sizes.hpp"
#include "systems/byte_ring.hpp"

namespace sluice::bench {

inline constexpr std::size_t lineBytes = 64;
/// In front of a message in its slot.
inline constexpr std::size_t messageHead = 24;

/// In a stream of bytes without gaps, on average.
inline double linesInByteRing(const MessageSizes& sizes) {
  return sizes.mean([](std::size_t size) { return ByteRing::taken(size); }) / lineBytes;
}

/// In slots of that size, or behind them: whole lines, as far as there are bytes in them.
inline double linesInSlots(const MessageSizes& sizes, std::size_t slotSize) {
  return sizes.mean([&](std::size_t size) {
    const auto lines = [](std::size_t bytes) { return (bytes + lineBytes - 1) / lineBytes; };
    return messageHead + size <= slotSize ? lines(messageHead + size) : 1 + lines(size);
  });
}

}  // namespace sluice::bench
