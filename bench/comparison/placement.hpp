// Where the host had put the two processors while runs took place.
#pragma once

#include <cstddef>
#include <vector>

#include "comparison/comparison.hpp"

namespace sluice::bench {

/// How far the raw ping-pong of a run may be from its placement's, either way. A virtual processor
/// is a thread of the other one's core, a neighbour in its cache or at the far end of the chip: raw
/// ping-pongs of about 27, 70 and 270 ns, with figures that say nothing about each other.
inline constexpr double placementTolerance = 1.4;

struct Placement {
  double raw = 0;          ///< its raw ping-pong in nanoseconds; 0 where no run had one
  std::size_t fewest = 0;  ///< runs in it of the contender that has the fewest

  /// True when both raw ping-pongs of the run are near this one's; always for a run that has none.
  bool holds(const Run& run) const noexcept;
};

/// Of all placements that runs of these were in, the one in which the contender with the fewest
/// runs has most; of several such, the one with more runs in all. Contenders that failed are not
/// asked.
Placement choosePlacement(const std::vector<Contender>& contenders);

}  // namespace sluice::bench
