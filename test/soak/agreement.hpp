// What everybody has read must be the same.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sluice/sequence.hpp"

namespace sluice::soak {

/// The digests of recent blocks of the stream, from the process that had one first, the producer
/// that published it included. In memory that all processes share.
class Agreement {
 public:
  static constexpr std::uint64_t blockSize = 16;

  /// False when somebody else had other records in that block. A block that is long past counts as
  /// agreed.
  bool agree(std::uint64_t block, std::uint64_t digest) noexcept {
    std::atomic<std::uint64_t>& entry = entries_[block % entries_.size()];
    const std::uint64_t lap = (block / entries_.size() + 1) & lapMask;
    const std::uint64_t mine = lap << digestBits | (digest & digestMask);
    std::uint64_t seen = entry.load(std::memory_order_acquire);
    while (seen >> digestBits < lap) {
      if (entry.compare_exchange_weak(seen, mine, std::memory_order_acq_rel,
                                      std::memory_order_acquire))
        return true;
    }
    return seen >> digestBits != lap || seen == mine;
  }

 private:
  static constexpr unsigned digestBits = 40;
  static constexpr std::uint64_t digestMask = (std::uint64_t{1} << digestBits) - 1;
  static constexpr std::uint64_t lapMask = (std::uint64_t{1} << (64 - digestBits)) - 1;

  std::array<std::atomic<std::uint64_t>, std::size_t{1} << 16> entries_{};
};

/// One process's way through the stream, block by block.
class Transcript {
 public:
  explicit Transcript(Agreement& agreement) noexcept : agreement_(agreement) {}

  /// Takes the next record; a record that does not follow the last begins anew. False when it
  /// completes a block of which somebody else had other records.
  bool add(Sequence number, std::uint64_t checksum) noexcept {
    const std::uint64_t place = number % Agreement::blockSize;
    if (place == 0) {
      digest_ = 0;
      isComplete_ = true;
    } else if (number != next_) {
      isComplete_ = false;
    }
    next_ = number + 1;
    digest_ = (digest_ ^ checksum) * 0x9e3779b97f4a7c15U;
    digest_ ^= digest_ >> 31;
    if (!isComplete_ || place != Agreement::blockSize - 1) return true;
    return agreement_.agree(number / Agreement::blockSize, digest_);
  }

 private:
  Agreement& agreement_;
  Sequence next_ = 0;
  std::uint64_t digest_ = 0;
  bool isComplete_ = false;
};

}  // namespace sluice::soak
