// How long single records are under way.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "support/comparison.hpp"

namespace sluice::bench {

/// What one run gave, in nanoseconds.
struct Latencies {
  double p50 = 0;
  double p99 = 0;

  /// Sorts the times.
  static Latencies of(std::span<std::uint32_t> times) {
    std::ranges::sort(times);
    const auto at = [&](std::size_t percent) {
      return static_cast<double>(times[times.size() * percent / 100]);
    };
    return {at(50), at(99)};
  }
};

/// Adds a system to a comparison of medians and to one of 99th percentiles that is run after it;
/// each run gives a figure to both.
inline void addTo(Comparison& p50, Comparison& p99, const std::string& system, Standing standing,
                  const std::function<Latencies()>& run) {
  const auto kept = std::make_shared<std::deque<double>>();
  p50.contenders.push_back({system, standing, [run, kept] {
                              const Latencies latencies = run();
                              kept->push_back(latencies.p99);
                              return latencies.p50;
                            }});
  p99.contenders.push_back({system, standing, [kept] {
                              const double value = kept->front();
                              kept->pop_front();
                              return value;
                            }});
}

}  // namespace sluice::bench
