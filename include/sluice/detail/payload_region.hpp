// The bytes behind the slots, where messages lie that are too long for a slot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/slot.hpp"

namespace sluice::detail {

constexpr std::uint64_t wholeLines(std::uint64_t bytes) noexcept {
  return (bytes + cacheLine - 1) / cacheLine * cacheLine;
}

/// `size` bytes, a power of two, at an address. A position only grows; its byte is position mod
/// size, so whatever the position, the byte lies inside. A view.
class PayloadRegion {
 public:
  PayloadRegion(std::byte* base, std::uint64_t size) noexcept : base_(base), mask_(size - 1) {}

  std::uint64_t size() const noexcept { return mask_ + 1; }
  std::byte* at(std::uint64_t position) const noexcept { return base_ + (position & mask_); }
  std::uint64_t untilEnd(std::uint64_t position) const noexcept {
    return size() - (position & mask_);
  }

  /// Where a payload of these whole lines begins that is claimed at that position: what would cross
  /// the region's end begins at its start.
  std::uint64_t beginOf(std::uint64_t position, std::uint64_t lines) const noexcept {
    return lines <= untilEnd(position) ? position : (position | mask_) + 1;
  }

  /// The bytes of a payload, cut at the region's end.
  std::span<std::byte> bytesAt(std::uint64_t position, std::uint64_t bytes) const noexcept {
    const std::uint64_t most = untilEnd(position);
    return {at(position), static_cast<std::size_t>(bytes < most ? bytes : most)};
  }

 private:
  std::byte* base_;
  std::uint64_t mask_;
};

/// Where the payload of a message ends that has this position and content.
inline std::uint64_t payloadEnd(std::uint64_t position, ContentWord content) noexcept {
  return content.inRegion() ? position + wholeLines(content.size()) : position;
}

}  // namespace sluice::detail
