// Measures Sluice beside what the machine can do and beside other systems.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>

#include "comparison/interleaving.hpp"
#include "comparison/report.hpp"
#include "support/draw.hpp"
#include "support/interruption.hpp"
#include "support/machine.hpp"
#include "support/progress.hpp"
#include "support/run_options.hpp"
#include "systems/left_out.hpp"
#include "workloads.hpp"

namespace {

using namespace sluice::bench;

std::vector<Comparison> gather(const RunOptions& options) {
  std::vector<Comparison> comparisons;
  for (const auto workload : {pingPong, polls, unicast, unicastBlocking, multicast, messages,
                              wakeup, publish, attach, idle, death, bindings, choices}) {
    for (Comparison& comparison : workload(options)) {
      std::erase_if(comparison.contenders,
                    [&](const Contender& contender) { return !options.wants(contender); });
      if (options.wants(comparison) && !comparison.contenders.empty())
        comparisons.push_back(std::move(comparison));
    }
  }
  return comparisons;
}

void list(const std::vector<Comparison>& comparisons) {
  for (const Comparison& comparison : comparisons) {
    fmt::print("{}\n", headingOf(comparison));
    for (const Contender& contender : comparison.contenders)
      fmt::print("  {:<7}{}\n", nameOf(contender.kind), contender.system);
  }
}

/// Runs all of them, and prints each as it is done. Comparisons that an interruption left undone
/// are dropped.
void run(std::vector<Comparison>& comparisons, const RunOptions& options) {
  Progress progress(comparisons);
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    progress.begin(comparisons[i]);
    try {
      runInterleaved(comparisons[i], options.repetitions, [&](const Contender& contender) {
        throwIfInterrupted();
        progress.tell(contender);
      });
    } catch (const Interrupted&) {
      progress.clear();
      comparisons.resize(i);
      return;
    }
    progress.end();
    fmt::print("{}", tableOf(comparisons[i]));
    std::fflush(stdout);
  }
}

bool hasFailed(const Comparison& comparison) {
  const auto failed = [](const Contender& contender) { return !contender.failure.empty(); };
  return std::ranges::any_of(comparison.contenders, failed);
}

/// Opened before anything is measured, so that nothing is measured in vain.
std::ofstream openedForWriting(const std::string& path) {
  std::ofstream file;
  if (path.empty()) return file;
  file.exceptions(std::ios::failbit | std::ios::badbit);
  try {
    file.open(path);
  } catch (const std::ios::failure&) {
    throw std::runtime_error("cannot write " + path);
  }
  return file;
}

}  // namespace

int main(int argc, char** argv) try {
  const RunOptions options = parseOptions(argc, argv);
  std::vector<Comparison> comparisons = gather(options);
  if (options.list) {
    list(comparisons);
    return 0;
  }
  if (comparisons.empty())
    throw std::runtime_error("no comparison has that in its heading; --list shows them");
  std::ofstream json = openedForWriting(options.json);
  const Machine machine = thisMachine();
  fmt::print("{}", cardOf(machine));
  const std::vector<LeftOut> leftOut = peersLeftOut();
  for (const LeftOut& one : leftOut)
    fmt::print("left out: {}; {}\n", one.peer, one.reason);
  listenForInterruption();
  run(comparisons, options);
  fmt::print("{}", summaryOf(comparisons));
  if (!options.json.empty()) json << jsonOf(machine, leftOut, comparisons);
  if (!options.plots.empty()) drawInto(options.plots, comparisons);
  if (isInterrupted()) return 128 + SIGINT;
  return std::ranges::any_of(comparisons, hasFailed) ? 1 : 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "sluice-bench: {}\n", exception.what());
  return 2;
}
