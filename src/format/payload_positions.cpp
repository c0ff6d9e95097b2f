#include "format/payload_positions.hpp"

#include <atomic>

#include "format/end_of_stream.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/payload_region.hpp"

namespace sluice::detail {

std::uint64_t positionOf(const SegmentView& view, Sequence sequence) noexcept {
  return headOf(view.slot(sequence)).position.load(std::memory_order_relaxed);
}

Sequence firstReaching(const SegmentView& view, Sequence after, Sequence last,
                       std::uint64_t position) noexcept {
  return firstReaching(after, last, position,
                       [&view](Sequence sequence) { return positionOf(view, sequence); });
}

std::optional<std::uint64_t> endOfPayload(const SegmentView& view, Sequence published) noexcept {
  const std::uint64_t size = view.geometry().payloadSize;
  std::uint64_t end = size;
  if (published != view.geometry().beforeFirst()) {
    const MessageHead& head = headOf(view.slot(published));
    const ContentWord content{head.content.load(std::memory_order_relaxed)};
    const std::uint64_t position = head.position.load(std::memory_order_relaxed);
    const PayloadRegion region = view.payload();
    if (content.inRegion() && content.size() > region.untilEnd(position)) return std::nullopt;
    end = payloadEnd(position, content);
  }
  const std::uint64_t limit = view.producer().payloadLimit.load(std::memory_order_relaxed);
  const auto ahead = distance(end, limit);
  if (ahead < 0 || static_cast<std::uint64_t>(ahead) > size || end % cacheLine != 0)
    return std::nullopt;
  return end;
}

Sequence beforeOldestWhole(const SegmentView& view, Sequence limit, std::uint64_t payloadLimit,
                           Sequence published) noexcept {
  const Geometry& geometry = view.geometry();
  const Sequence before = beforeOldestWhole(limit, geometry);
  if (geometry.slotLayout != SlotLayout::messages || distance(before, published) <= 0)
    return before;
  return firstReaching(view, before, published, payloadLimit - geometry.payloadSize) - 1;
}

}  // namespace sluice::detail
