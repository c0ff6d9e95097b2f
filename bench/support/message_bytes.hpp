// The bytes of a message, as every system carries them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sluice::bench {

/// Words that count on from the message's sequence, and as many bytes of the next one as are left.
/// At any address.
inline void fillMessage(std::byte* to, std::size_t size, std::uint64_t sequence) noexcept {
  const std::size_t words = size / sizeof(std::uint64_t);
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint64_t word = sequence + i;
    std::memcpy(to + i * sizeof(word), &word, sizeof(word));
  }
  if (const std::size_t left = size % sizeof(std::uint64_t); left != 0) [[unlikely]] {
    const std::uint64_t word = sequence + words;
    std::memcpy(to + words * sizeof(word), &word, left);
  }
}

/// The sum of its words, the bytes that are left being the low ones of the last.
inline std::uint64_t sumOfMessage(std::span<const std::byte> bytes) noexcept {
  const std::size_t words = bytes.size() / sizeof(std::uint64_t);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i * sizeof(word), sizeof(word));
    sum += word;
  }
  if (const std::size_t left = bytes.size() % sizeof(std::uint64_t); left != 0) [[unlikely]] {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + words * sizeof(word), left);
    sum += word;
  }
  return sum;
}

/// What that sum is of a message that came as it was written.
inline std::uint64_t expectedSum(std::size_t size, std::uint64_t sequence) noexcept {
  const std::uint64_t words = size / sizeof(std::uint64_t);
  std::uint64_t sum = words * sequence + words * (words - 1) / 2;
  if (const std::size_t left = size % sizeof(std::uint64_t); left != 0) [[unlikely]] {
    const std::uint64_t mask = (std::uint64_t{1} << 8 * left) - 1;
    sum += (sequence + words) & mask;
  }
  return sum;
}

}  // namespace sluice::bench
