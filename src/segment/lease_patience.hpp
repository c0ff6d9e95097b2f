// How long a process waits for a lease that others hold for a few system calls.
#pragma once

#include <chrono>

namespace sluice::detail {

/// Five seconds, in pauses that become longer. Used by one thread.
class LeasePatience {
 public:
  LeasePatience();

  /// Sleeps for a moment; false, at once, when the five seconds are over.
  bool sleep();

 private:
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::microseconds pause_;
};

}  // namespace sluice::detail
