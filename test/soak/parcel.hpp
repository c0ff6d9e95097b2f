// The message that the soak sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "sluice/message_kind.hpp"
#include "sluice/sequence.hpp"

namespace sluice::soak {

/// Bytes of any number that tell their message's sequence and writer. Its kind is a checksum of
/// them, of their number and of the sequence, so that a message of no bytes can be checked too.
class Parcel {
 public:
  /// Fills the bytes. Two writers' versions of a message differ, unless it is empty.
  static void fill(std::span<std::byte> bytes, Sequence number, std::uint64_t writer) noexcept {
    std::uint64_t word = number ^ (writer << 20);
    for (; !bytes.empty(); bytes = bytes.subspan(chunkOf(bytes))) {
      word = word * 6364136223846793005U + 1442695040888963407U;
      const std::uint64_t mixed = word ^ word >> 31;
      std::memcpy(bytes.data(), &mixed, chunkOf(bytes));
    }
  }

  static std::uint64_t checksumOf(std::span<const std::byte> bytes, Sequence number) noexcept {
    std::uint64_t total = number * 31 + bytes.size();
    for (; !bytes.empty(); bytes = bytes.subspan(chunkOf(bytes))) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), chunkOf(bytes));
      total = total * 0x9e3779b97f4a7c15U + word;
    }
    return total ^ total >> 29;
  }

  static Kind kindOf(std::uint64_t checksum) noexcept {
    return Kind{static_cast<std::uint32_t>(checksum >> 16)};
  }

  /// The checksum of a message that came; none if it is torn.
  static std::optional<std::uint64_t> proofOf(std::span<const std::byte> bytes, Kind kind,
                                              Sequence number) noexcept {
    const std::uint64_t checksum = checksumOf(bytes, number);
    return kind == kindOf(checksum) ? std::optional(checksum) : std::nullopt;
  }

 private:
  template <class Byte>
  static std::size_t chunkOf(std::span<Byte> bytes) noexcept {
    return bytes.size() < sizeof(std::uint64_t) ? bytes.size() : sizeof(std::uint64_t);
  }
};

}  // namespace sluice::soak
