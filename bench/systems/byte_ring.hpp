// A ring of bytes that carries messages with headers in band, as one writes it by hand.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice::bench {

/// What the two ends do to the bytes; how they tell each other where they are is up to them. A
/// header is one word in front of the message's bytes, which begin on a multiple of 8. A message
/// never crosses the ring's end: padding fills that up, and the message is at the start.
struct ByteRing {
  std::byte* base;
  std::uint64_t size;  ///< a power of two

  using Header = std::atomic<std::uint64_t>;
  static constexpr std::uint64_t nothing = 0;
  static constexpr std::uint64_t padding = ~std::uint64_t{0};
  static constexpr std::uint64_t headerOf(std::size_t bytes) noexcept { return bytes + 1; }
  static constexpr std::size_t bytesOf(std::uint64_t header) noexcept { return header - 1; }

  /// Of the ring, that a message of so many bytes takes.
  static constexpr std::uint64_t taken(std::size_t bytes) noexcept {
    return sizeof(Header) + (bytes + sizeof(Header) - 1) / sizeof(Header) * sizeof(Header);
  }

  std::byte* at(std::uint64_t position) const noexcept { return base + (position & (size - 1)); }
  Header& headerAt(std::uint64_t position) const noexcept {
    return *reinterpret_cast<Header*>(at(position));
  }
  /// Where a message begins that is written at that position.
  std::uint64_t beginOf(std::uint64_t position, std::size_t bytes) const noexcept {
    const std::uint64_t left = size - (position & (size - 1));
    return taken(bytes) <= left ? position : position + left;
  }
};

/// Who tells that a message is there.
enum class Commit {
  cursor,  ///< a cursor of the writer's, which covers any number of messages
  header,  ///< the message's own header, stored last; that of the next is cleared before
};

template <Commit commit>
class ByteRingWriter {
 public:
  explicit ByteRingWriter(const ByteRing& ring) noexcept : ring_(ring) {}

  /// After what was written last.
  std::uint64_t position() const noexcept { return position_; }
  /// Up to where the ring must be free for a message of so many bytes to be written now.
  std::uint64_t endFor(std::size_t bytes) const noexcept {
    return ring_.beginOf(position_, bytes) + ByteRing::taken(bytes) + spare;
  }

  /// Where the message's bytes go. It is written when it is finished.
  std::byte* begin(std::size_t bytes) noexcept {
    const std::uint64_t begin = ring_.beginOf(position_, bytes);
    if (begin != position_) [[unlikely]] {
      store(position_, ByteRing::padding, begin);
      position_ = begin;
    }
    return ring_.at(begin) + sizeof(ByteRing::Header);
  }
  void finish(std::size_t bytes) noexcept {
    const std::uint64_t next = position_ + ByteRing::taken(bytes);
    store(position_, ByteRing::headerOf(bytes), next);
    position_ = next;
  }

 private:
  static constexpr std::uint64_t spare = commit == Commit::header ? sizeof(ByteRing::Header) : 0;

  void store(std::uint64_t position, std::uint64_t header, std::uint64_t next) noexcept {
    if constexpr (commit == Commit::header) {
      ring_.headerAt(next).store(ByteRing::nothing, std::memory_order_relaxed);
      ring_.headerAt(position).store(header, std::memory_order_release);
    } else {
      ring_.headerAt(position).store(header, std::memory_order_relaxed);
    }
  }

  ByteRing ring_;
  std::uint64_t position_ = 0;
};

template <Commit commit>
class ByteRingReader {
 public:
  explicit ByteRingReader(const ByteRing& ring) noexcept : ring_(ring) {}

  /// After what was read last.
  std::uint64_t position() const noexcept { return position_; }

  /// Gives the next message to `take`, in place. False when there is none: where cursors commit,
  /// none before `written`.
  template <class Take>
  bool next(std::uint64_t written, Take take) {
    for (;;) {
      if (commit == Commit::cursor && position_ == written) return false;
      const std::uint64_t header = ring_.headerAt(position_).load(
          commit == Commit::header ? std::memory_order_acquire : std::memory_order_relaxed);
      if (commit == Commit::header && header == ByteRing::nothing) return false;
      if (header != ByteRing::padding) [[likely]] {
        const std::size_t bytes = ByteRing::bytesOf(header);
        take(std::span<const std::byte>(ring_.at(position_) + sizeof(ByteRing::Header), bytes));
        position_ += ByteRing::taken(bytes);
        return true;
      }
      position_ += ring_.size - (position_ & (ring_.size - 1));
    }
  }

 private:
  ByteRing ring_;
  std::uint64_t position_ = 0;
};

}  // namespace sluice::bench
