// The clock of deadlines and of the times in a segment.
#pragma once

#include <chrono>
#include <cstdint>

namespace sluice::detail {

/// By CLOCK_MONOTONIC, which every process of the machine shares.
inline std::uint64_t nanosecondsSinceBoot() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

}  // namespace sluice::detail
