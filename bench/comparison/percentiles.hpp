// The percentiles that are shown of latencies.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace sluice::bench {

struct Percentile {
  const char* name;
  double part;
};
inline constexpr std::array<Percentile, 4> percentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

/// The percentiles of the times, which are sorted; there must be one. Clocks may have steps of 10
/// ns: equal times are taken as spread evenly, from half-way to the next shorter time to half-way
/// to the next longer one.
std::vector<double> percentilesOf(std::span<std::uint32_t> times);

}  // namespace sluice::bench
