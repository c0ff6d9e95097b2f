// One victim, one death, and what came of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario.hpp"

namespace sluice::kill {

/// So many system calls, and then so many instructions: where the victim is killed. Counted in two
/// steps because the way to a system call may be passed at full speed.
struct KillPoint {
  std::uint64_t systemCalls = 0;
  std::uint64_t instructions = 0;
};

inline constexpr KillPoint noKill{0, ~std::uint64_t{0}};

/// What a trial found.
struct Outcome {
  bool finished = false;  ///< the operation was over before
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

/// Kills the victim at that point of the operation, or at its end. With a trace, writes
/// down what each step was.
Outcome runTrial(const Operation& operation, const KillPoint& kill, Trace* trace = nullptr);

}  // namespace sluice::kill
