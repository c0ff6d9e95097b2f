#include "end_of_stream.hpp"

#include <atomic>
#include <cstdint>

#include "sluice/layout/slot.hpp"

namespace sluice {

Sequence endOfStream(const layout::SegmentView& view) noexcept {
  const layout::Geometry& geometry = view.geometry();
  Sequence published = view.producer().cursor.sequence.load(std::memory_order_acquire);  // [T1]
  const Sequence claimed =
      view.producer().claimed.sequence.load(std::memory_order_acquire);  // [T1] pairs with [P0]
  if (geometry.slotLayout != layout::SlotLayout::stamped) return published;
  for (std::uint64_t i = 0; i < geometry.capacity && published != claimed; ++i) {
    const Sequence next = published + 1;
    const auto& stamp = *reinterpret_cast<const std::atomic<std::uint64_t>*>(
        view.ring() + (next & (geometry.capacity - 1)) * geometry.stride);
    if (stamp.load(std::memory_order_acquire) != layout::stampOf(next))  // [T1] pairs with [P1]
      break;
    published = next;
  }
  return published;
}

}  // namespace sluice
