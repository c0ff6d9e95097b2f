// What a comparison has come to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "comparison/comparison.hpp"

namespace sluice::bench {

/// What one contender reached in one figure, in the runs that count.
struct Standing {
  std::string system;
  Kind kind = Kind::peer;
  std::string failure{};
  std::size_t counted = 0;
  std::size_t setApart = 0;  ///< runs in another placement
  // The next three mean nothing where no run counts.
  double min = 0;
  double median = 0;
  double max = 0;
  double raw = 0;  ///< median raw ping-pong in nanoseconds; 0 where there is none
  std::optional<double> ratioToFloor{};
  std::optional<double> ratioToBestPeer{};
};

enum class Verdict {
  none,  ///< there is no target, or nothing to hold it against
  reached,
  missed,
};

/// One figure of a comparison, with the runs of its chosen placement.
struct Outcome {
  Figure figure;
  std::vector<Standing> standings;        ///< in the order of the contenders
  std::size_t theFloor = 0;               ///< which of them the ratios are to
  std::optional<std::size_t> bestPeer{};  ///< the peer with the best median
  std::optional<std::size_t> bestOfSluice{};
  Verdict verdict = Verdict::none;  ///< of the best of Sluice

  const Standing& floor() const { return standings[theFloor]; }
  /// What the target limits, of one of the standings: a ratio, a difference or the median.
  std::optional<double> measured(const Standing& standing) const;
};

/// The middle one, or the mean of the middle two. There must be one.
double medianOf(std::vector<double> values);

/// One for each figure of it.
std::vector<Outcome> outcomesOf(const Comparison& comparison);

}  // namespace sluice::bench
