// Where the stream ends.
#pragma once

#include <cstdint>
#include <optional>

#include "format/geometry.hpp"
#include "format/segment_view.hpp"
#include "os/segment_file.hpp"
#include "sluice/detail/slot.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

/// The last sequence published as every reader sees it: the cursor, and then every stamp that
/// follows without a gap, never past what was claimed. A producer that died between a stamp and its
/// cursor has published that record. `stampAt` gives the stamp of the slot with that index, or
/// nothing where it cannot be read.
template <class StampAt>
Sequence endOfStream(const Geometry& geometry, Sequence cursor, Sequence claimed, StampAt stampAt) {
  if (!hasStamps(geometry.slotLayout)) return cursor;
  const std::uint64_t mask = geometry.capacity - 1;
  for (std::uint64_t i = 0; i < geometry.capacity && distance(cursor, claimed) > 0; ++i) {
    const std::optional<std::uint64_t> stamp = stampAt((cursor + 1) & mask);
    if (!stamp) break;
    // Of this lap or, while the stream runs on, of a later one; anything else is no stamp of this
    // slot, and holes of a damaged file would be followed around a ring of any size.
    const auto ahead = distance(stampOf(cursor + 1), *stamp);
    if (ahead < 0 || (static_cast<std::uint64_t>(ahead) & mask) != 0) break;
    ++cursor;
  }
  return cursor;
}

/// The same of a mapped segment.
Sequence endOfStream(const SegmentView& view) noexcept;

/// The same of a segment's file, as far as it can be read.
Sequence endOfStream(const SegmentFile& file, const Geometry& geometry, Sequence cursor,
                     Sequence claimed);

/// The sequence before the oldest record that is surely whole while the producer may claim up to
/// `limit`: those after it are not being overwritten.
inline Sequence beforeOldestWhole(Sequence limit, const Geometry& geometry) noexcept {
  const auto mayBeTaken = distance(geometry.beforeFirst(), limit);
  const bool lapped = mayBeTaken > 0 && static_cast<std::uint64_t>(mayBeTaken) > geometry.capacity;
  return lapped ? limit - geometry.capacity : geometry.beforeFirst();
}

}  // namespace sluice::detail
