// How far the benchmarks are, told on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "comparison/comparison.hpp"

namespace sluice::bench {

/// On a terminal one line that changes, elsewhere a line for each comparison.
class Progress {
 public:
  explicit Progress(const std::vector<Comparison>& comparisons);

  void begin(const Comparison& comparison);
  void tell(const Contender& contender);
  void end();

  /// Wipes the line of a terminal.
  void clear() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::string line() const;

  bool isTerminal_;
  std::size_t comparisons_;
  std::size_t contenders_ = 0;
  std::size_t comparisonsDone_ = 0;
  std::size_t contendersDone_ = 0;  // of comparisons that are done
  std::size_t contendersNow_ = 0;
  std::string heading_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace sluice::bench
