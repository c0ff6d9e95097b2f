// The time from the kill of one process to the moment another one knows.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "deaths/stage.hpp"

namespace sluice::bench {

/// What is measured. The functions run in processes of their own; both are made anew for each
/// round.
struct Measurement {
  /// The last step, reached by the process that is ready last; then the victim pauses, and the
  /// survivor sleeps in `survivorSleepsIn`, or asks again and again when that is `neverSleeps`.
  static constexpr std::uint32_t everybodyReady = 100;
  static constexpr long neverSleeps = -1;

  std::function<void(Stage&)> victim;
  std::function<void(Stage&)> survivor;
  long survivorSleepsIn;
};

/// One round of it. Throws when a process fails.
std::chrono::nanoseconds measureOnce(const Measurement& measurement);

}  // namespace sluice::bench
