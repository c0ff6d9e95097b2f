// The same work done by several systems, side by side.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace sluice::bench {

/// What a system is in a comparison.
enum class Standing {
  floor,  ///< what the machine can do, without any promise: ratios are to this one
  peer,   ///< what a user would pick instead
  ours,
};

/// One system with its results over all repetitions.
struct Contender {
  std::string system;
  Standing standing = Standing::peer;
  std::function<double()> run;
  std::vector<double> values{};

  double min() const;
  double median() const;
  double max() const;
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
};

/// What every benchmark's command line has.
struct RunOptions {
  unsigned repetitions = 7;
  bool quick = false;
  std::string json;
  std::vector<int> processors{0, 1};
};

/// Parses the command line; exits on --help and on bad arguments.
RunOptions parseOptions(int argc, char** argv, const std::string& what);

/// Runs every contender once in each repetition, so that what disturbs the machine disturbs all
/// alike; tells on stderr how far it is.
void runInterleaved(std::vector<Comparison>& comparisons, const RunOptions& options);

/// Prints a table, and writes the JSON file if one was asked for: an array with an object for each
/// system of each comparison, with the keys workload, system, standing, parameters, unit, min,
/// median, max, reference, ratioToReference, ratioToBestPeer (null without peers) and values.
void report(const std::vector<Comparison>& comparisons, const RunOptions& options);

}  // namespace sluice::bench
