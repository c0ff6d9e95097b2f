#include "roles/awaited_commit.hpp"

#include <algorithm>
#include <chrono>

#include "os/clock.hpp"

namespace sluice::detail {

bool AwaitedCommit::isReady() noexcept {
  const Sequence cursor =
      page().cursor.sequence.load(std::memory_order_acquire);  // [C1] pairs with [P1] [J1] [J5]
  return reached(cursor, needed_) || view().membership().count.load(std::memory_order_acquire) !=
                                         members_;  // [C1] pairs with [J2]
}

Status AwaitedCommit::checkPeer() {
  // The word is loaded first: what is decided from here on holds for that consumer, and only if it
  // has not committed meanwhile.
  const RowWord seen{page().row.load(std::memory_order_acquire)};  // [C1] pairs with [J1] [L1]
  if (!seen.gates() || seen.generation() != stall_.consumer.generation) {
    // The process that changed the row may have died before it could say so.
    announceRowChange(view(), stall_.consumer.row);
    return Status::ok;
  }
  const Sequence cursor =
      page().cursor.sequence.load(std::memory_order_acquire);  // [C1] pairs with [P1] [J5]
  if (isImpossible(cursor)) return Status::corrupt;
  if (hasDied(cursor) || hasStalled(cursor)) exempt(seen);
  return Status::ok;
}

/// A cursor farther behind than two laps: the limit that was granted before it joined can carry the
/// producer no farther ahead. A consumer that is still joining may show anything.
bool AwaitedCommit::isImpossible(Sequence cursor) const noexcept {
  const auto behind = static_cast<std::uint64_t>(distance(cursor, published_));
  return !page().isJoining(cursor) && behind > 2 * view().geometry().capacity;
}

/// Dead, and not held for a successor, as no consumer is that has not begun to read. The policy is
/// loaded before the mark: a successor in the same row renews the mark's word first.
bool AwaitedCommit::hasDied(Sequence cursor) {
  const auto onDeath = page().onDeath.load(std::memory_order_acquire);  // [D3] pairs with [D2]
  if (onDeath == OnDeath::hold && !page().isJoining(cursor)) return false;
  return stall_.death.isMarked() || stall_.death.isGone(cursor);
}

bool AwaitedCommit::hasStalled(Sequence cursor) {
  if (page().evictAfter.load(std::memory_order_relaxed) == 0) return false;
  const auto now = std::chrono::steady_clock::now();
  if (cursor != stall_.cursor || stall_.since == forever) {
    stall_.cursor = cursor;
    stall_.since = now;
  }
  return now >= evictAt();
}

TimePoint AwaitedCommit::evictAt() const noexcept {
  constexpr auto longest = std::chrono::nanoseconds(std::chrono::hours(24 * 365));
  const std::uint64_t after = page().evictAfter.load(std::memory_order_relaxed);
  if (after == 0 || stall_.since == forever) return forever;
  const auto limit = static_cast<std::uint64_t>(longest.count());
  return stall_.since + std::chrono::nanoseconds(std::min(after, limit));
}

void AwaitedCommit::exempt(RowWord seen) const noexcept {
  std::uint64_t expected = seen.word;
  if (!page().row.compare_exchange_strong(expected, seen.as(RowState::evicted).word,
                                          std::memory_order_acq_rel,
                                          std::memory_order_relaxed))  // [L1] pairs with [C1] [K1]
    return;
  page().evictedAt.store(nanosecondsSinceBoot(), std::memory_order_relaxed);
  announceRowChange(view(), stall_.consumer.row);
  // A consumer that lives and was taken for dead finds its doorbell rung at its next commit.
  const auto barrier = barrierOf(view(), stall_.consumer.row);
  barrier.eventcount().arm(barrier.lastPublished());
}

FutexExpectation AwaitedCommit::arm() noexcept {
  return barrierOf(view(), stall_.consumer.row).eventcount().arm(needed_);
}

bool AwaitedCommit::fence() noexcept {
  return heavyFence(view().geometry().wakeProtocol);
}

Awaited::Lifelines AwaitedCommit::lifelines() const noexcept {
  return {&stall_.death.lifeline()};
}

TimePoint AwaitedCommit::lookAgainAt() const noexcept {
  return std::min(evictAt(), stall_.death.askAgainAt());
}

void AwaitedCommit::onSleep() noexcept {
  ProducerPage& producer = view().producer();
  producer.sleeps.fetch_add(1, std::memory_order_relaxed);
  if (!stall_.hasSlept) producer.waitedAt.store(nanosecondsSinceBoot(), std::memory_order_relaxed);
  stall_.hasSlept = true;
}

void AwaitedCommit::interrupt() noexcept {
  barrierOf(view(), stall_.consumer.row).ring();
}

}  // namespace sluice::detail
