// How a stop request wakes the one thread that it is meant for.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "sluice/detail/futex_expectation.hpp"

namespace sluice::detail {

/// A word of this thread's own, so that a stop disturbs nobody else. For as long as a sleep or
/// several may last.
class StopWake {
 public:
  /// `interrupt` is for a system on which a thread sleeps on one word only, which is another one;
  /// it is called by the thread that requests the stop.
  StopWake(const std::stop_token& stop, std::function<void()> interrupt);
  ~StopWake();
  StopWake(const StopWake&) = delete;
  StopWake& operator=(const StopWake&) = delete;

  bool isPossible() const noexcept { return onStop_.has_value(); }
  FutexExpectation word() const noexcept { return {&stops_, 0}; }

 private:
  struct Wake {
    void operator()() const;
    StopWake* self;
  };

  std::atomic<std::uint32_t> stops_{0};
  std::function<void()> interrupt_;
  std::optional<std::stop_callback<Wake>> onStop_;
};

}  // namespace sluice::detail
