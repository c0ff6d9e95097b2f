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
  if (!isTimeToAsk(suspected)) return false;
  if (!self_.isAlive(peer_)) return true;
  stillThere();
  return false;
}

bool DeathWatch::isTimeToAsk(bool suspected) {
  const bool marked = isMarked();
  if (!marked) askAgainAt_ = platform::forever;
  if (suspected) return true;
  return marked &&
         (askAgainAt_ == platform::forever || std::chrono::steady_clock::now() >= askAgainAt_);
}

void DeathWatch::stillThere() {
  if (!isMarked()) return;
  const auto now = std::chrono::steady_clock::now();
  if (askAgainAt_ == platform::forever) markedSince_ = now;
  // An eighth of the time since the mark, so that the answer is at most that late.
  const auto elapsed = std::chrono::nanoseconds(now - markedSince_);
  askAgainAt_ =
      now + std::clamp<std::chrono::nanoseconds>(elapsed / 8, shortestPause, longestPause);
}

}  // namespace sluice
