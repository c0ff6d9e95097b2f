#include "waiting/stop_wake.hpp"

#include <utility>

#include "os/futex.hpp"

namespace sluice::detail {

StopWake::StopWake(const std::stop_token& stop, std::function<void()> interrupt)
    : interrupt_(std::move(interrupt)) {
  if (stop.stop_possible()) onStop_.emplace(stop, Wake{this});
}

StopWake::~StopWake() = default;

void StopWake::Wake::operator()() const {
  self->stops_.store(1, std::memory_order_release);
  wakeAll(&self->stops_);
  if (!sleepsOnSeveralWords()) self->interrupt_();
}

}  // namespace sluice::detail
