// How long a call may wait.
#pragma once

#include <chrono>
#include <limits>
#include <stop_token>
#include <utility>

#include "sluice/platform/futex.hpp"

namespace sluice {

/// Every claim and every wait takes one, and it converts from what a caller has at hand:
///
///   in.wait();                  for ever
///   in.wait(5ms);               for a duration; too long a one is for ever
///   in.wait(deadline);          until a point of std::chrono::steady_clock
///   in.wait(WaitLimit::now());  not at all: only try
///   in.wait(stopToken);         until somebody requests a stop
///   in.wait({5ms, stopToken});  whichever comes first
class WaitLimit {
 public:
  using TimePoint = platform::TimePoint;

  WaitLimit() noexcept = default;
  WaitLimit(TimePoint deadline, std::stop_token stop = {}) noexcept
      : deadline_(deadline), stop_(std::move(stop)) {}
  WaitLimit(std::stop_token stop) noexcept : stop_(std::move(stop)) {}

  template <class Rep, class Period>
  WaitLimit(std::chrono::duration<Rep, Period> duration, std::stop_token stop = {})
      : deadline_(after(duration)), stop_(std::move(stop)) {}

  /// Already past: the call looks once and never waits.
  static WaitLimit now() noexcept { return WaitLimit(TimePoint::min()); }

  bool isNow() const noexcept { return deadline_ == TimePoint::min(); }
  /// The deadline has passed, or a stop was asked for.
  bool isOver() const noexcept {
    if (stop_.stop_requested()) return true;
    if (deadline_ == platform::forever) return false;
    return isNow() || std::chrono::steady_clock::now() >= deadline_;
  }
  TimePoint deadline() const noexcept { return deadline_; }
  const std::stop_token& stop() const noexcept { return stop_; }

 private:
  template <class Duration>
  static TimePoint after(Duration duration) {
    if (duration <= Duration::zero()) return TimePoint::min();
    const TimePoint now = std::chrono::steady_clock::now();
    const auto room = std::chrono::duration<double>(platform::forever - now);
    if (std::chrono::duration<double>(duration) >= room) return platform::forever;
    return now + std::chrono::ceil<TimePoint::duration>(duration);
  }

  TimePoint deadline_ = platform::forever;
  std::stop_token stop_;
};

}  // namespace sluice
