// How long a call may wait.
#pragma once

#include <chrono>
#include <stop_token>
#include <utility>

#include "sluice/detail/time_point.hpp"
#include "sluice/status.hpp"

namespace sluice {

/// Every claim and every wait takes one, and it converts from what a caller has at hand:
///
///   in.wait();                  for ever
///   in.wait(5ms);               for a duration, counted from the call; too long a one is for ever
///   in.wait(deadline);          until a point of std::chrono::steady_clock
///   in.wait(WaitLimit::now());  not at all: only try
///   in.wait(stopToken);         until somebody requests a stop
///   in.wait({5ms, stopToken});  whichever comes first
///
/// A stop that was requested is looked at before there is work, so that a loop ends though its
/// stream never pauses. A deadline that has passed still gives what is there. In options a duration
/// begins when the call that takes the options is made.
class WaitLimit {
 public:
  using TimePoint = detail::TimePoint;

  WaitLimit() noexcept = default;
  WaitLimit(TimePoint deadline, std::stop_token stop = {}) noexcept
      : deadline_(deadline), stop_(std::move(stop)) {}
  WaitLimit(std::stop_token stop) noexcept : stop_(std::move(stop)) {}

  template <class Rep, class Period>
  WaitLimit(std::chrono::duration<Rep, Period> duration, std::stop_token stop = {})
      : stop_(std::move(stop)) {
    if (duration <= std::chrono::duration<Rep, Period>::zero())
      deadline_ = TimePoint::min();
    else if (std::chrono::duration<double>(duration) < std::chrono::duration<double>(tooLong))
      duration_ = std::chrono::ceil<std::chrono::nanoseconds>(duration);
  }

  /// Already past: the call looks once and never waits.
  static WaitLimit now() noexcept { return WaitLimit(TimePoint::min()); }

  bool isNow() const noexcept { return deadline_ == TimePoint::min(); }

  /// The same for a call that begins now, with a deadline in place of a duration.
  WaitLimit started() const {
    if (duration_ == std::chrono::nanoseconds::zero()) return *this;
    return WaitLimit(std::chrono::steady_clock::now() + duration_, stop_);
  }

  /// Status::ok until it is over; then stopped, or timedOut. Of a limit that has started.
  Status status() const noexcept {
    if (stop_.stop_requested()) return Status::stopped;
    if (deadline_ == detail::forever) return Status::ok;
    const bool isPast = isNow() || std::chrono::steady_clock::now() >= deadline_;
    return isPast ? Status::timedOut : Status::ok;
  }
  /// Of a limit that has started.
  TimePoint deadline() const noexcept { return deadline_; }
  const std::stop_token& stop() const noexcept { return stop_; }

 private:
  static constexpr std::chrono::hours tooLong{24 * 365 * 100};

  TimePoint deadline_ = detail::forever;
  std::chrono::nanoseconds duration_{};  // from the call's beginning; 0 is none
  std::stop_token stop_;
};

}  // namespace sluice
