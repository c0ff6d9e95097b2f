#include "wakeup.hpp"

namespace shm_bridge {

std::stop_token Wakeup::token() {
  const std::scoped_lock lock(mutex_);
  if (source_.stop_requested() && !isEndRequested_) source_ = std::stop_source();
  return source_.get_token();
}

void Wakeup::ring() {
  current().request_stop();
}

std::stop_source Wakeup::current() {
  const std::scoped_lock lock(mutex_);
  return source_;
}

void Wakeup::requestEnd() {
  {
    const std::scoped_lock lock(mutex_);
    isEndRequested_ = true;
  }
  ring();
}

bool Wakeup::isEndRequested() const {
  const std::scoped_lock lock(mutex_);
  return isEndRequested_;
}

void Wakeup::sleep(std::chrono::steady_clock::time_point deadline, const std::stop_token& token) {
  std::unique_lock lock(mutex_);
  never_.wait_until(lock, token, deadline, [] { return false; });
}

}  // namespace shm_bridge
