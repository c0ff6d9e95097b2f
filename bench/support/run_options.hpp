// What a user asks of the benchmarks.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "comparison/comparison.hpp"
#include "support/ends.hpp"

namespace sluice::bench {

struct RunOptions {
  unsigned repetitions = 7;
  bool quick = false;
  bool list = false;
  std::vector<std::string> only;
  std::vector<std::string> systems;
  std::string json;
  std::string plots;
  Processors processors;

  /// How long a run's measured work should last: short, as the host moves processors every 0.1 to
  /// 3 seconds.
  std::chrono::milliseconds runTime() const { return std::chrono::milliseconds(quick ? 15 : 40); }

  /// True when the user wants it, going by its heading.
  bool wants(const Comparison& comparison) const;
  /// The same of a system, going by its name.
  bool wants(const Contender& contender) const;
};

/// Parses the command line; prints and exits on --help and on bad arguments.
RunOptions parseOptions(int argc, char** argv);

}  // namespace sluice::bench
