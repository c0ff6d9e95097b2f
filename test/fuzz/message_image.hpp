// Messages in a segment's image, as a producer of messages leaves them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/payload_region.hpp"
#include "support/segment_image.hpp"

namespace sluice::fuzz {

/// Bytes of a message. Two of three lie in the payload region, where some skip its end; those of 16
/// slots lie in it side by side.
constexpr std::size_t sizeOfMessage(Sequence sequence) noexcept {
  constexpr std::size_t longest = 700;
  return sequence % 3 == 0 ? sequence % 41 : sequence * 389 % longest;
}

/// Publishes so many messages into an image of the layout `messages` to which nothing was
/// published; one more is only stamped when that is asked for.
inline void publishMessages(testing::SegmentImage& image, Sequence count, bool isOneOnlyStamped) {
  const detail::Geometry& geometry = image.geometry();
  const detail::PayloadRegion region = image.view().payload();
  detail::ProducerPage& page = image.producer();
  std::uint64_t end = geometry.payloadSize;
  for (Sequence sequence = 0; sequence < count + (isOneOnlyStamped ? 1 : 0); ++sequence) {
    const std::size_t size = sizeOfMessage(sequence);
    const bool inRegion = size > geometry.recordSize;
    const std::uint64_t position = inRegion ? region.beginOf(end, detail::wholeLines(size)) : end;
    const auto content =
        detail::ContentWord::of(size, inRegion, static_cast<std::uint32_t>(sequence));
    std::byte* const slot =
        image.view().ring() + (sequence & (geometry.capacity - 1)) * geometry.stride;
    std::byte* const place = inRegion ? region.at(position) : slot + detail::messageOffset;
    std::memset(place, static_cast<int>('a' + sequence % 26), size);
    detail::MessageHead& head = detail::headOf(slot);
    head.position.store(position, std::memory_order_relaxed);
    head.content.store(content.word, std::memory_order_relaxed);
    head.stamp.store(detail::stampOf(sequence), std::memory_order_relaxed);
    end = detail::payloadEnd(position, content);
    page.claimed.sequence.store(sequence, std::memory_order_relaxed);
    page.limit.sequence.store(sequence, std::memory_order_relaxed);
    if (sequence < count) page.cursor.sequence.store(sequence, std::memory_order_relaxed);
  }
  page.payloadLimit.store(end, std::memory_order_relaxed);
}

}  // namespace sluice::fuzz
