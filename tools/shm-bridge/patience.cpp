#include "patience.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "progress.hpp"

namespace shm_bridge {

using namespace std::chrono_literals;

bool Patience::wait(const std::string& reason) {
  const auto now = Clock::now();
  if (!isWaiting_) {
    begunAt_ = now;
    pause_ = 20ms;
  }
  if (!isWaiting_ || now - saidAt_ >= 5s) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begunAt_).count();
    say(fmt::format("waiting for NATS, {} s by now: {}", seconds, reason));
    saidAt_ = now;
  }
  isWaiting_ = true;
  // What rings by the way is of the connection that is gone.
  const auto until = now + pause_;
  while (Clock::now() < until && !wakeup_.isEndRequested())
    wakeup_.sleep(until, wakeup_.token());
  pause_ = std::min<std::chrono::milliseconds>(pause_ * 2, 500ms);
  return !wakeup_.isEndRequested();
}

void Patience::end(const std::string& what) {
  if (isWaiting_) say(what);
  isWaiting_ = false;
}

}  // namespace shm_bridge
