#include "format/end_of_stream.hpp"

#include <atomic>

#include "format/image.hpp"

namespace sluice::detail {

Sequence endOfStream(const SegmentView& view) noexcept {
  const Sequence cursor =
      view.producer().cursor.sequence.load(std::memory_order_acquire);  // [T1] pairs with [P1]
  const Sequence claimed =
      view.producer().claimed.sequence.load(std::memory_order_acquire);  // [T1] pairs with [P0]
  const auto stampAt = [&view](std::uint64_t index) -> std::optional<std::uint64_t> {
    const auto& stamp = *reinterpret_cast<const std::atomic<std::uint64_t>*>(
        view.ring() + index * view.geometry().stride);
    return stamp.load(std::memory_order_acquire);  // [T1] pairs with [P1]
  };
  return endOfStream(view.geometry(), cursor, claimed, stampAt);
}

Sequence endOfStream(const SegmentFile& file, const Geometry& geometry, Sequence cursor,
                     Sequence claimed) {
  const std::uint64_t ring = geometry.section(SectionId::ring).offset;
  return endOfStream(geometry, cursor, claimed, [&](std::uint64_t index) {
    return wordAt(file, ring + index * geometry.stride);
  });
}

}  // namespace sluice::detail
