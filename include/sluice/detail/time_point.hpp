// Points in time that a step of the system's clock does not move.
#pragma once

#include <chrono>

namespace sluice::detail {

/// Deadlines are points of CLOCK_MONOTONIC; `forever` is never reached.
using TimePoint = std::chrono::steady_clock::time_point;
inline constexpr TimePoint forever = TimePoint::max();

}  // namespace sluice::detail
