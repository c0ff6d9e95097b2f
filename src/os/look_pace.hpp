// How often a question is asked that costs system calls.
#pragma once

#include <chrono>

#include "sluice/detail/time_point.hpp"

namespace sluice::detail {

/// Due once a second, from a second after the first call on: short waits never ask.
class LookPace {
 public:
  bool isDue() noexcept {
    const TimePoint now = std::chrono::steady_clock::now();
    const bool isFirst = next_ == forever;
    if (!isFirst && now < next_) return false;
    next_ = now + std::chrono::seconds(1);
    return !isFirst;
  }

  /// When it is due again; forever before the first call.
  TimePoint next() const noexcept { return next_; }

 private:
  TimePoint next_ = forever;
};

}  // namespace sluice::detail
