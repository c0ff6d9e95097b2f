// Another program that a benchmark runs.
#pragma once

#include <string>
#include <vector>

#include "support/pair_run.hpp"

namespace sluice::bench {

/// Runs it on these processors, and gives everything it printed; throws unless it ends with status
/// 0. The first word is its path. It does not outlive the benchmark.
std::string outputOf(const std::vector<std::string>& commandLine, const Processors& processors);

}  // namespace sluice::bench
