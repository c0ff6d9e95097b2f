// The record that every system carries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sluice/record.hpp"
#include "support/message_bytes.hpp"

namespace sluice::bench {

/// `size` bytes, all of them written by the producer and summed by the consumer, so that no system
/// wins by leaving cache lines alone.
template <std::size_t size>
struct SequencedRecord {
  static constexpr std::size_t words = size / sizeof(std::uint64_t);
  std::array<std::uint64_t, words> word;

  void fill(std::uint64_t sequence) noexcept {
    for (std::size_t i = 0; i < words; ++i)
      word[i] = sequence + i;
  }
};

/// What a consumer has seen. Sums every word, and checks the sequence.
class Tally {
 public:
  Tally() = default;
  /// Of an end in another language that has done the same.
  Tally(std::uint64_t next, std::uint64_t sum, std::uint64_t mismatches) noexcept
      : next_(next), sum_(sum), mismatches_(mismatches) {}

  template <std::size_t size>
  void add(const SequencedRecord<size>& record) noexcept {
    mismatches_ += record.word[0] != next_++;
    // Of its own until the end: a store for each word would be measured, not the record.
    std::uint64_t sum = 0;
    for (const std::uint64_t word : record.word)
      sum += word;
    sum_ += sum;
  }

  /// A message, which is to have that size. Its sum is checked at once, so that it does not count
  /// for what isExactly() compares.
  void add(std::span<const std::byte> message, std::size_t size) noexcept {
    const std::uint64_t sequence = next_++;
    mismatches_ += message.size() != size;
    mismatches_ += sumOfMessage(message) != expectedSum(size, sequence);
  }

  /// True after exactly the records 0 to count - 1 of that size; 0 for messages.
  bool isExactly(std::uint64_t count, std::size_t recordBytes) const noexcept {
    const std::uint64_t words = recordBytes / sizeof(std::uint64_t);
    std::uint64_t sum = count * (words * (words - 1) / 2);
    const bool even = count % 2 == 0;
    sum += words * (even ? count / 2 * (count - 1) : count * ((count - 1) / 2));
    return mismatches_ == 0 && next_ == count && sum_ == sum;
  }

 private:
  std::uint64_t next_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t mismatches_ = 0;
};

}  // namespace sluice::bench

namespace sluice {

template <std::size_t size>
inline constexpr std::string_view recordName<bench::SequencedRecord<size>> = "SequencedRecord";

}  // namespace sluice
