// How far the publisher is, told on standard output.
#pragma once

#include <chrono>
#include <cstdint>

/// On a terminal a bar that grows, elsewhere a line for each quarter.
class Progress {
 public:
  explicit Progress(std::uint64_t flights);

  void show(std::uint64_t published);

  /// What all of it took, on a line of its own.
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  void showBar(std::uint64_t published) const;

  bool isTerminal_;
  std::uint64_t flights_;
  std::uint64_t percent_ = 0;  // as shown last
  Clock::time_point start_ = Clock::now();
};
