// How often a poll that finds nothing makes its costly look.
#pragma once

#include <chrono>
#include <cstdint>

#include "sluice/detail/time_point.hpp"

namespace sluice::detail {

/// A poll looks at the few words that nearly always change first. What can change beside them (a
/// death that the kernel does not mark, an eviction) costs more to find out, and is left to one
/// poll of several: as many as pass in about half a microsecond at the pace of the last polls, at
/// most 64.
class PollPace {
 public:
  /// False for the poll that has to look closely.
  bool isQuick() noexcept {
    if (left_ == 0) return false;
    --left_;
    return true;
  }

  /// After a close look that found nothing.
  void foundNothing() noexcept {
    constexpr std::uint32_t most = 64;
    constexpr std::chrono::nanoseconds shortest{500};
    const TimePoint now = std::chrono::steady_clock::now();
    const bool isTight = now - last_ < shortest;
    every_ = !isTight ? 1 + every_ / 4 : every_ < most ? 2 * every_ : most;
    last_ = now;
    left_ = every_;
  }

  /// After anything else: the next poll looks closely.
  void foundSomething() noexcept { left_ = 0; }

 private:
  std::uint32_t left_ = 0;
  std::uint32_t every_ = 1;
  TimePoint last_{};
};

}  // namespace sluice::detail
