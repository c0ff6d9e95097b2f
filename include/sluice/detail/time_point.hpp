// Points in time that a step of the system's clock does not move, and how long a wait may be deaf.
#pragma once

#include <chrono>

namespace sluice::detail {

/// Deadlines are points of CLOCK_MONOTONIC; `forever` is never reached.
using TimePoint = std::chrono::steady_clock::time_point;
inline constexpr TimePoint forever = TimePoint::max();

/// The longest sleep in one piece, and how long a silent peer is believed to live before its lease
/// is asked. After each slice everything is looked at anew: that covers what no wake can, a waker
/// that was stopped or died before it could wake.
inline constexpr std::chrono::milliseconds slice{250};

}  // namespace sluice::detail
