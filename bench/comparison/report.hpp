// What a run of the benchmarks tells: tables for a person, JSON for a program.
#pragma once

#include <string>
#include <vector>

#include "comparison/comparison.hpp"

namespace sluice::bench {

/// What the benchmarks ran on. Empty strings where the system does not tell.
struct Machine {
  std::string processor;
  unsigned processors;
  std::string kernel;
  std::string compiler;
  unsigned long mebibytes;  ///< of memory
  std::string library;      ///< the version of Sluice
  std::string date;         ///< in UTC, as ISO 8601 has it
};

/// A system that a comparison would have had.
struct LeftOut {
  std::string peer;
  std::string reason;
};

/// What it all ran on, in one line.
std::string cardOf(const Machine& machine);

/// A table for each figure of it. Ends with a newline, as the next one does.
std::string tableOf(const Comparison& comparison);

/// A line for each figure that has a target, one for each contender that failed, and the raw
/// ping-pongs that the comparisons were measured at.
std::string summaryOf(const std::vector<Comparison>& comparisons);

/// Everything, in the form that bench/README.md describes.
std::string jsonOf(const Machine& machine, const std::vector<LeftOut>& leftOut,
                   const std::vector<Comparison>& comparisons);

}  // namespace sluice::bench
