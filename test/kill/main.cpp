// Kills a process after each instruction of each operation of the library, and looks whether the
// others lose anything.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "kill_points.hpp"
#include "scenario.hpp"
#include "trial.hpp"

namespace {

using namespace sluice::kill;
using sluice::WakeProtocol;

constexpr std::size_t mostFailures = 10;  // of one process, until it gives up

// A trial takes milliseconds. No failure, as the machine may be busy, but somebody may have waited.
constexpr std::chrono::seconds worthSaying{2};

struct Options {
  std::vector<std::string> operations;
  Selection selection;
  std::optional<WakeProtocol> protocol;
  std::optional<std::uint64_t> at;
  unsigned jobs = 1;
  bool list = false;
};

struct Totals {
  std::uint64_t points = 0;
  std::uint64_t failures = 0;
};

/// Kills at every jobs-th of the points, from the job's own on; prints what failed.
std::size_t runJob(const Operation& operation, const Trace& trace,
                   const std::vector<std::uint64_t>& points, const Options& options, unsigned job) {
  std::size_t failures = 0;
  for (std::size_t i = job; i < points.size() && failures < mostFailures; i += options.jobs) {
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = runTrial(operation, pointAfter(trace, points[i]));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (took > worthSaying)
      fmt::print("{} killed after instruction {}: {:.1f} s\n", operation.name, points[i],
                 took.count());
    if (outcome.findings.empty()) continue;
    ++failures;
    std::string text = fmt::format("{} killed after instruction {}:\n", operation.name, points[i]);
    for (const std::string& finding : outcome.findings)
      text += "    " + finding + "\n";
    fmt::print("{}", text);
    std::fflush(stdout);
  }
  return failures;
}

/// The same in several processes, since a tracer and its victim take turns.
std::size_t runJobs(const Operation& operation, const Trace& trace,
                    const std::vector<std::uint64_t>& points, const Options& options) {
  std::fflush(stdout);
  std::vector<pid_t> jobs;
  for (unsigned job = 0; job < options.jobs; ++job) {
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::_exit(static_cast<int>(runJob(operation, trace, points, options, job)));
    }
    jobs.push_back(child);
  }
  std::size_t failures = 0;
  for (const pid_t child : jobs) {
    int status = 0;
    ::waitpid(child, &status, 0);
    failures += WIFEXITED(status) ? static_cast<std::size_t>(WEXITSTATUS(status)) : 1;
  }
  return failures;
}

void run(const Operation& operation, const Options& options, Totals& totals) {
  const auto begin = std::chrono::steady_clock::now();
  Trace trace;
  const Outcome whole = runTrial(operation, noKill, &trace);
  std::vector<std::uint64_t> points;
  std::size_t failures = 0;
  if (!whole.findings.empty()) {
    fmt::print("{} without a kill:\n", operation.name);
    for (const std::string& finding : whole.findings)
      fmt::print("    {}\n", finding);
    failures = 1;
  } else {
    points = options.at ? std::vector{*options.at} : killPoints(trace, options.selection);
    failures = runJobs(operation, trace, points, options);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const auto count = [&](bool Trace::Step::*what) {
    return std::count_if(trace.steps.begin(), trace.steps.end(),
                         [what](const Trace::Step& step) { return step.*what; });
  };
  fmt::print("{:24} {:>12} {:>8} {:>8} {:>12} {:>9} {:>8.1f}\n", operation.name, trace.steps.size(),
             count(&Trace::Step::store), count(&Trace::Step::systemCall), points.size(), failures,
             took.count());
  std::fflush(stdout);
  totals.points += points.size();
  totals.failures += failures;
}

std::vector<Operation> allOperations() {
  std::vector<Operation> all;
  for (auto& some : {producerOperations(), consumerOperations(), attachOperations(),
                     deathOperations(), messageOperations(), mergeOperations()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

int runAll(const Options& options) {
  std::vector<Operation> chosen;
  for (Operation& operation : allOperations()) {
    const bool named = std::find(options.operations.begin(), options.operations.end(),
                                 operation.name) != options.operations.end();
    operation.protocol = options.protocol;
    if (options.operations.empty() || named) chosen.push_back(std::move(operation));
  }
  if (chosen.size() < options.operations.size()) {
    std::fprintf(stderr, "kill_test: no such operation; --list shows them\n");
    return 2;
  }
  if (options.list) {
    for (const Operation& operation : chosen)
      fmt::print("{}\n", operation.name);
    return 0;
  }
  fmt::print("layout {}, wake protocol {}\n", SLUICE_KILL_LAYOUT_NAME,
             options.protocol == WakeProtocol::fence ? "fence" : "membarrier");
  fmt::print("{:24} {:>12} {:>8} {:>8} {:>12} {:>9} {:>8}\n", "operation", "instructions", "stores",
             "calls", "kill points", "failures", "seconds");
  Totals totals;
  for (const Operation& operation : chosen)
    run(operation, options, totals);
  fmt::print("{} kill points, {} failures\n", totals.points, totals.failures);
  return totals.failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"Kills a process after each instruction of each operation, and checks the others."};
  Options options;
  app.add_option("--operation", options.operations, "only this one; may be repeated");
  app.add_option("--points", options.selection.most,
                 "at most so many kill points an operation, chosen by the seed; 0: all");
  const std::map<std::string, WakeProtocol> protocols{{"fence", WakeProtocol::fence},
                                                      {"membarrier", WakeProtocol::membarrier}};
  app.add_option("--protocol", options.protocol,
                 "the wake protocol of the segments; membarrier unless it does not work here")
      ->transform(CLI::CheckedTransformer(protocols));
  app.add_option("--at", options.at, "only after this instruction");
  app.add_option("--seed", options.selection.seed, "chooses the sample");
  app.add_option("--jobs", options.jobs, "processes that kill at the same time")
      ->check(CLI::Range(1, 64));
  app.add_flag("--list", options.list, "prints the operations' names");
  CLI11_PARSE(app, argc, argv);
  return runAll(options);
} catch (const std::exception& exception) {
  std::fprintf(stderr, "kill_test: %s\n", exception.what());
  return 2;
}
