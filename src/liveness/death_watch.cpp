#include "sluice/liveness/death_watch.hpp"

#include <algorithm>

#include "sluice/layout/shared_words.hpp"

namespace sluice {

const std::atomic<std::uint32_t>& DeathWatch::lifeline() const noexcept {
  return self_.view().lifeline(peer_).word;
}

bool DeathWatch::isMarked() const noexcept {
  const layout::LifelineValue value{
      lifeline().load(std::memory_order_acquire)};  // [D1] pairs with [D0]
  return value.ownerDied();
}

bool DeathWatch::isGone(bool suspected) {
  const bool marked = isMarked();
  if (!marked) askAgainAt_ = platform::forever;
  if (!suspected && !marked) return false;
  const auto now = std::chrono::steady_clock::now();
  if (!suspected && askAgainAt_ != platform::forever && now < askAgainAt_) return false;
  if (!self_.isAlive(peer_)) return true;
  if (!marked) return false;
  // An eighth of the time since the mark, so that the answer is at most that late.
  if (askAgainAt_ == platform::forever) markedSince_ = now;
  const auto elapsed = std::chrono::nanoseconds(now - markedSince_);
  askAgainAt_ =
      now + std::clamp<std::chrono::nanoseconds>(elapsed / 8, shortestPause, longestPause);
  return false;
}

}  // namespace sluice
