#include "liveness/death_watch.hpp"

#include <algorithm>

#include "format/lifeline_value.hpp"
#include "os/slice.hpp"

namespace sluice::detail {

bool DeathWatch::isMarked() const noexcept {
  const LifelineValue value{lifeline_->load(std::memory_order_acquire)};  // [D1] pairs with [D0]
  return value.ownerDied();
}

/// A lifeline of 0 is that of a process without robust futexes, or of nobody.
std::chrono::milliseconds DeathWatch::pause() const noexcept {
  const LifelineValue value{lifeline_->load(std::memory_order_acquire)};  // [D1] pairs with [D0]
  return value.thread() == 0 ? fallbackSlice : slice;
}

bool DeathWatch::isGone(std::uint64_t progress) {
  if (progress != progress_ && !isMarked()) {
    progress_ = progress;
    askAgainAt_ = std::chrono::steady_clock::now() + pause();
  }
  if (!isTimeToAsk()) return false;
  if (!leases_->isHeld(byte_).value_or(!isMarked())) return true;
  stillThere();
  return false;
}

bool DeathWatch::isTimeToAsk() {
  const bool marked = isMarked();
  if (!marked) markedSince_.reset();
  if (marked && !markedSince_) return true;
  const auto now = std::chrono::steady_clock::now();
  if (askAgainAt_ == forever) askAgainAt_ = now + pause();
  return now >= askAgainAt_;
}

void DeathWatch::stillThere() {
  const auto now = std::chrono::steady_clock::now();
  if (!isMarked()) {
    askAgainAt_ = now + pause();
    return;
  }
  if (!markedSince_) markedSince_ = now;
  // An eighth of the time since the mark, so that the answer is at most that late.
  const auto elapsed = std::chrono::nanoseconds(now - *markedSince_);
  askAgainAt_ =
      now + std::clamp<std::chrono::nanoseconds>(elapsed / 8, shortestPause, longestPause);
}

}  // namespace sluice::detail
