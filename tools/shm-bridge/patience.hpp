// Trying again while the servers are away.
#pragma once

#include <chrono>
#include <string>

#include "wakeup.hpp"

namespace shm_bridge {

/// Says every few seconds what is waited for.
class Patience {
 public:
  explicit Patience(Wakeup& wakeup) : wakeup_(wakeup) {}

  /// It failed once more, for that reason. Waits a little; false when the bridge is to end.
  bool wait(const std::string& reason);

  /// It went well.
  void end(const std::string& what);

 private:
  using Clock = std::chrono::steady_clock;

  Wakeup& wakeup_;
  bool isWaiting_ = false;
  std::chrono::milliseconds pause_{};
  Clock::time_point begunAt_;
  Clock::time_point saidAt_;
};

}  // namespace shm_bridge
