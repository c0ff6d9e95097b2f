// One thing that is measured in each round, and what it has given so far.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "support/distribution.hpp"
#include "support/stage.hpp"

namespace sluice::bench {

/// The time from the kill of one process to the moment another one knows. The functions run in
/// processes of their own; both are made anew for each round.
struct Measurement {
  /// The last step, reached by whoever is ready last; then the victim pauses, and the survivor
  /// sleeps in `survivorSleepsIn`, or asks again and again when that is `neverSleeps`.
  static constexpr std::uint32_t everybodyReady = 100;
  static constexpr long neverSleeps = -1;

  std::string name;
  std::uint64_t ringBytes;  ///< 0 where there is no ring
  std::function<void(Stage&)> victim;
  std::function<void(Stage&)> survivor;
  long survivorSleepsIn;
  Distribution times{};
};

/// One round of it. Throws when a process fails.
void measureOnce(Measurement& measurement);

}  // namespace sluice::bench
