// After which instructions to kill.
#pragma once

#include <cstdint>
#include <vector>

#include "trial.hpp"

namespace sluice::kill {

/// Which of an operation's instructions to take.
struct Selection {
  std::uint64_t all = 2000;     ///< an operation of at most so many is killed after each of them
  std::uint64_t sample = 1000;  ///< of a longer one, so many besides stores and system calls
  std::uint64_t most = 0;       ///< takes at most so many of these, up to half after stores; 0: all
  std::uint64_t seed = 0;
};

/// Numbers of instructions done before the kill, in ascending order. Of a long operation: before
/// and after each store to the segment and each system call, and a sample of the others, spread
/// over the stretches between system calls.
std::vector<std::uint64_t> killPoints(const Trace& trace, const Selection& selection);

/// Where the victim is after so many instructions.
KillPoint pointAfter(const Trace& trace, std::uint64_t instructions);

}  // namespace sluice::kill
