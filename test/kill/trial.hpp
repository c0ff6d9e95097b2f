// One victim, one death, and what came of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario.hpp"

namespace sluice::kill {

inline constexpr std::uint64_t noKill = ~std::uint64_t{0};

/// What a trial found.
struct Outcome {
  std::uint64_t steps = 0;  ///< that the victim took
  bool finished = false;    ///< the operation was over before
  Findings findings;
};

/// What each step of an operation was; step i is instruction i + 1.
struct Trace {
  struct Step {
    bool systemCall;
    bool store;  ///< it changed the segment
  };
  std::vector<Step> steps;
};

/// Kills the victim after `kill` instructions of the operation, or at its end. With a trace, writes
/// down what each step was.
Outcome runTrial(const Operation& operation, std::uint64_t kill, Trace* trace = nullptr);

}  // namespace sluice::kill
