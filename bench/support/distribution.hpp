// What a measurement gave, over all its rounds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace sluice::bench {

/// Times, sorted when asked. The questions want at least one.
class Distribution {
 public:
  using Time = std::chrono::nanoseconds;

  void add(Time time) { times_.insert(std::ranges::upper_bound(times_, time), time); }

  Time min() const { return times_.front(); }
  Time median() const { return quantile(0.5); }
  Time p99() const { return quantile(0.99); }
  Time max() const { return times_.back(); }
  const std::vector<Time>& sorted() const noexcept { return times_; }

 private:
  /// The smallest that at least this part of all does not exceed.
  Time quantile(double part) const {
    const auto below = static_cast<std::size_t>(part * static_cast<double>(times_.size()));
    return times_[std::min(below, times_.size() - 1)];
  }

  std::vector<Time> times_;
};

}  // namespace sluice::bench
