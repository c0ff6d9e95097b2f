// The bytes of a batch: records side by side, or messages with a length and a kind in front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "schema.hpp"
#include "sluice/message_kind.hpp"

namespace shm_bridge {

/// In front of each message: its size and its kind, 4 bytes each, the lowest first.
inline constexpr std::size_t messageHeadSize = 8;

/// The bytes of a batch that is being made.
class PayloadWriter {
 public:
  /// A batch is meant to have at most so many bytes; one record or message alone may have up to
  /// `limit`.
  PayloadWriter(std::size_t most, std::size_t limit);

  std::size_t recordsThatFit(std::size_t size) const noexcept;
  bool hasRoomFor(std::size_t messageSize) const noexcept;
  bool isEmpty() const noexcept { return count_ == 0; }
  std::uint64_t count() const noexcept { return count_; }
  std::span<const std::byte> bytes() const noexcept { return bytes_; }
  void clear() noexcept;

  /// `n` records that lie that far apart.
  void addRecords(const std::byte* records, std::size_t size, std::size_t distance, std::size_t n);
  void addMessage(std::span<const std::byte> message, sluice::Kind kind);

 private:
  /// How many more bytes it takes.
  std::size_t room() const noexcept { return bytes_.size() < most_ ? most_ - bytes_.size() : 0; }

  std::size_t most_;
  std::size_t limit_;
  std::uint64_t count_ = 0;
  std::vector<std::byte> bytes_;
};

struct FramedMessage {
  std::span<const std::byte> bytes;
  sluice::Kind kind{};
};

/// What is wrong with the bytes of a batch of so many records; empty if nothing is.
std::string faultOf(std::span<const std::byte> payload, const Schema& schema, std::uint64_t count);

/// Takes the first message off bytes that were found to be without fault.
FramedMessage takeMessage(std::span<const std::byte>& payload);

}  // namespace shm_bridge
