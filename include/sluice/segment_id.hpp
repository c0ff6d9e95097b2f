// What tells a segment from every other.
#pragma once

#include <array>
#include <cstdint>

namespace sluice {

/// A random number that a segment gets when it is created, whatever its name: a segment that is
/// created anew under a name has another one. shm-dump shows it.
using SegmentId = std::array<std::uint8_t, 16>;

}  // namespace sluice
