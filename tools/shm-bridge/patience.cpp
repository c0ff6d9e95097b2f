#include "patience.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "progress.hpp"

namespace shm_bridge {

using namespace std::chrono_literals;

namespace {

constexpr auto betweenWords = 5s;
constexpr auto lasting = 5s;  // a connection that went well

}  // namespace

bool Patience::isNew(Clock::time_point now) const {
  const bool isFirst = begunAt_ == Clock::time_point{};
  return isFirst || (!isWaiting_ && now - endedAt_ >= lasting);
}

bool Patience::wait(const std::string& reason) {
  const auto now = Clock::now();
  const bool isAnew = isNew(now);
  if (isAnew) {
    begunAt_ = now;
    pause_ = 20ms;
  }
  if (isAnew || now - toldAt_ >= betweenWords) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begunAt_).count();
    say(fmt::format("waiting for NATS, {} s by now: {}", seconds, reason));
    toldAt_ = now;
    isTold_ = true;
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
  if (isTold_) say(what);
  isTold_ = false;
  if (isWaiting_) endedAt_ = Clock::now();
  isWaiting_ = false;
}

}  // namespace shm_bridge
