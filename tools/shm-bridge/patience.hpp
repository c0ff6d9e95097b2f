// Trying again while the servers are away.
#pragma once

#include <chrono>
#include <string>

#include "wakeup.hpp"

namespace shm_bridge {

/// Says what is waited for, and then every few seconds that it still is. A connection that is lost
/// again within seconds is no end of that: a server that takes connections and drops them is told
/// as seldom as an absent server, and asked as seldom.
class Patience {
 public:
  explicit Patience(Wakeup& wakeup) : wakeup_(wakeup) {}

  /// It failed once more, for that reason. Waits a little; false when the bridge is to end.
  bool wait(const std::string& reason);

  /// It went well by now.
  void end(const std::string& what);

 private:
  using Clock = std::chrono::steady_clock;

  bool isNew(Clock::time_point now) const;

  Wakeup& wakeup_;
  bool isWaiting_ = false;
  bool isTold_ = false;  // that it is waiting, and not yet that this is over
  std::chrono::milliseconds pause_{};
  Clock::time_point begunAt_;
  Clock::time_point toldAt_;
  Clock::time_point endedAt_;
};

}  // namespace shm_bridge
