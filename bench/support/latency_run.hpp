// How long single records are under way.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "support/comparison.hpp"
#include "support/pair_run.hpp"

namespace sluice::bench {

struct Percentile {
  const char* name;
  double part;
};
inline constexpr std::array<Percentile, 4> percentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

/// What one run gave: a sample in nanoseconds for each of the percentiles. Sorts the times.
inline std::vector<Sample> samplesOf(std::span<std::uint32_t> times, const RunResult& run) {
  std::ranges::sort(times);
  std::vector<Sample> samples;
  for (const Percentile& percentile : percentiles) {
    const auto index =
        static_cast<std::size_t>(static_cast<double>(times.size()) * percentile.part);
    samples.emplace_back(times[index], run);
  }
  return samples;
}

/// A comparison for each percentile; every run gives a figure to all of them.
class LatencyComparisons {
 public:
  /// Targets are for the percentiles in turn, 0 for none.
  LatencyComparisons(const std::string& workload, const std::string& parameters,
                     const std::array<double, percentiles.size()>& targets) {
    for (std::size_t i = 0; i < percentiles.size(); ++i)
      comparisons_.push_back(
          {workload, parameters + ", " + percentiles[i].name, "ns", false, targets[i]});
  }

  /// `run` gives samplesOf() its times.
  void add(const std::string& system, Standing standing,
           const std::function<std::vector<Sample>()>& run) {
    const auto runs = std::make_shared<std::vector<std::vector<Sample>>>();
    for (std::size_t i = 0; i < percentiles.size(); ++i)
      comparisons_[i].contenders.push_back(
          {system, standing, [=, taken = std::size_t{0}]() mutable {
             if (taken == runs->size()) runs->push_back(run());
             return (*runs)[taken++][i];
           }});
  }

  const std::vector<Comparison>& all() const noexcept { return comparisons_; }

 private:
  std::vector<Comparison> comparisons_;
};

}  // namespace sluice::bench
