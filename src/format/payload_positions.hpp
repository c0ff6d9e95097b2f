// Where the payloads of a stream of messages begin and end, by the positions in its slots.
#pragma once

#include <cstdint>
#include <optional>

#include "format/segment_view.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

/// The first sequence after `after`, up to `last`, whose position has reached `position`; the one
/// after `last` if there is none. Positions grow with sequences, so it searches by halves; of
/// positions that do not, some sequence of that range.
template <class PositionAt>
Sequence firstReaching(Sequence after, Sequence last, std::uint64_t position,
                       PositionAt positionAt) {
  Sequence first = after + 1;
  for (std::uint64_t count = last - after; count > 0;) {
    const std::uint64_t half = count / 2;
    if (reached(positionAt(first + half), position)) {
      count = half;
    } else {
      first += half + 1;
      count -= half + 1;
    }
  }
  return first;
}

/// The position in the slot where that sequence lies.
std::uint64_t positionOf(const SegmentView& view, Sequence sequence) noexcept;

/// The same as firstReaching() with the positions of a mapped segment.
Sequence firstReaching(const SegmentView& view, Sequence after, Sequence last,
                       std::uint64_t position) noexcept;

/// Where the payload of the last published message ends, and so the next one's may begin; nothing
/// when its slot or the payload limit holds what no producer writes.
std::optional<std::uint64_t> endOfPayload(const SegmentView& view, Sequence published) noexcept;

/// As beforeOldestWhole(), of a stream of records or messages that may claim payload up to
/// `payloadLimit` as well.
Sequence beforeOldestWhole(const SegmentView& view, Sequence limit, std::uint64_t payloadLimit,
                           Sequence published) noexcept;

}  // namespace sluice::detail
