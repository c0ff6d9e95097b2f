// Comparisons whose runs were made by hand.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "comparison/comparison.hpp"

namespace sluice::bench {

/// A run with one value and a raw ping-pong that did not change.
inline Run runAt(double raw, double value = 1) {
  return {{value}, raw, raw};
}

/// Runs at these raw ping-pongs.
inline Contender contenderAt(std::initializer_list<double> raws) {
  Contender contender{"system", Kind::peer, {}};
  for (const double raw : raws)
    contender.runs.push_back(runAt(raw));
  return contender;
}

/// Runs without processes of their own, with these values.
inline Contender contenderOf(std::string system, Kind kind, std::initializer_list<double> values) {
  Contender contender{std::move(system), kind, {}};
  for (const double value : values)
    contender.runs.push_back(runAt(0, value));
  return contender;
}

/// With one figure, throughput in M/s.
inline Comparison comparisonOf(std::vector<Contender> contenders) {
  return {"unicast",
          {.recordBytes = 64, .batch = 32, .consumers = 1, .waiting = "spinning"},
          {{"throughput", "M/s", true}},
          std::move(contenders)};
}

}  // namespace sluice::bench
