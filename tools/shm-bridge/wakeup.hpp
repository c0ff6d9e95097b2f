// What ends the waits of a bridge's own thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace shm_bridge {

/// Rung by any thread where there is news: an acknowledgement, a lost connection, a signal.
class Wakeup {
 public:
  /// The next ring() stops it. To be taken before a look for news, and then waited with.
  std::stop_token token();

  void ring();

  /// The bridge is asked to end: a ring that lasts.
  void requestEnd();
  bool isEndRequested() const;

  /// Until that time, or until a ring() stops the token.
  void sleep(std::chrono::steady_clock::time_point deadline, const std::stop_token& token);

 private:
  std::stop_source current();

  mutable std::mutex mutex_;
  std::condition_variable_any never_;
  std::stop_source source_;
  bool isEndRequested_ = false;
};

}  // namespace shm_bridge
