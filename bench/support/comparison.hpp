// The same work done by several systems, side by side.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "support/pair_run.hpp"

namespace sluice::bench {

/// What a system is in a comparison.
enum class Standing {
  floor,  ///< what the machine can do, without any promise: ratios are to this one
  peer,   ///< what a user would pick instead
  ours,
};

/// What one run gave, and the raw ping-pong of its own two processes before and after it; zero
/// where there were no two.
struct Sample {
  double value;
  std::chrono::nanoseconds rawBefore{};
  std::chrono::nanoseconds rawAfter{};
  /// The processors were further apart, or closer, than in the comparison's other runs; it does not
  /// count.
  bool isSetApart = false;

  Sample(double measured) noexcept : value(measured) {}
  Sample(double measured, const RunResult& run) noexcept
      : value(measured), rawBefore(run.rawBefore), rawAfter(run.rawAfter) {}
};

/// One system with its results over all repetitions.
struct Contender {
  std::string system;
  Standing standing = Standing::peer;
  std::function<Sample()> run;
  std::vector<Sample> samples{};

  /// Of the samples that count.
  double min() const;
  double median() const;
  double max() const;
  std::size_t countSetApart() const;
  /// The median raw ping-pong of the samples that count, in nanoseconds; 0 where there was none.
  double raw() const;

 private:
  std::vector<double> counted() const;
};

/// Contenders that do the same work with the same parameters. The first floor is the one that
/// ratios are to; the first peer if there is none.
struct Comparison {
  std::string workload;    ///< "unicast"
  std::string parameters;  ///< "64 B, batches of 256"
  std::string unit;        ///< "M/s"
  bool higherIsBetter = true;
  double target = 0;  ///< what Sluice's best ratio is to reach (or not to exceed); 0 for none
  std::vector<Contender> contenders{};

  const Contender& reference() const;
  /// The best of that standing, or null.
  const Contender* best(Standing standing) const;
  double ratio(const Contender& contender) const;

  /// Sets the samples apart whose raw ping-pong is more than 1.5 times the usual one, or less than
  /// its inverse: the host moves processors, between two threads of one core and two ends of the
  /// chip. A contender of which none would be left keeps all.
  void setApart();
};

/// What every benchmark's command line has.
struct RunOptions {
  unsigned repetitions = 7;
  bool quick = false;
  std::string json;
  std::vector<std::string> only;
  std::vector<int> processors{0, 1};
};

/// Parses the command line; exits on --help and on bad arguments.
RunOptions parseOptions(int argc, char** argv, const std::string& what);

/// Runs every contender once in each repetition, so that what disturbs the machine disturbs all
/// alike; tells on stderr how far it is. Leaves out what the options do not ask for.
void runInterleaved(std::vector<Comparison>& comparisons, const RunOptions& options);

/// Prints a table, and writes the JSON file if one was asked for; docs/performance.md has its keys.
void report(const std::vector<Comparison>& comparisons, const RunOptions& options);

}  // namespace sluice::bench
