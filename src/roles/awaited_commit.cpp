#include "roles/awaited_commit.hpp"

#include <algorithm>
#include <chrono>

#include "os/clock.hpp"

namespace sluice::detail {

namespace {

std::chrono::nanoseconds longestGap(std::chrono::nanoseconds allowed) noexcept {
  constexpr int looks = 8;
  return std::max(allowed / looks, std::chrono::nanoseconds(1));
}

/// So long a stall is none.
constexpr auto forEver = std::chrono::nanoseconds(std::chrono::hours(24 * 365));

}  // namespace

void Stall::count(TimePoint now, std::chrono::nanoseconds allowed) noexcept {
  if (lastLook != forever)
    lasted += std::min<std::chrono::nanoseconds>(now - lastLook, longestGap(allowed));
  lastLook = now;
}

TimePoint Stall::lookAgainAt(std::chrono::nanoseconds allowed) const noexcept {
  if (lastLook == forever) return forever;
  return lastLook + std::min(longestGap(allowed), allowed - lasted);
}

bool AwaitedCommit::isReady() noexcept {
  const Sequence cursor = gatingPage().cursor.sequence.load(
      std::memory_order_acquire);  // [C1] pairs with [P1] [J1] [J5]
  if (reached(cursor, needed_) || view().membership().count.load(std::memory_order_acquire) !=
                                      members_)  // [C1] pairs with [J2]
    return true;
  return blameAgainAt_ != forever && std::chrono::steady_clock::now() >= blameAgainAt_;
}

Status AwaitedCommit::checkPeer() {
  // The word is loaded first: what is decided from here on holds for that consumer, and only if it
  // has not committed meanwhile.
  const auto seen = wordOf(stall_.consumer);
  if (!seen || (isHeldUpByAnother() && !wordOf(gating_))) return Status::ok;
  if (isImpossible()) return Status::corrupt;
  const Sequence cursor =
      page().cursor.sequence.load(std::memory_order_acquire);  // [C1] pairs with [P1] [J5]
  if (hasDied(cursor) || hasStalled(cursor)) exempt(*seen);
  return Status::ok;
}

std::optional<RowWord> AwaitedCommit::wordOf(const RowKey& consumer) const noexcept {
  const RowWord word{view()
                         .consumer(consumer.row)
                         .row.load(std::memory_order_acquire)};  // [C1] pairs with [J1] [L1]
  if (word.gates() && word.generation() == consumer.generation) return word;
  announceRowChange(view(), consumer.row);
  return std::nullopt;
}

/// A cursor farther behind than two laps: the limit that was granted before it joined can carry the
/// producer no farther ahead. A consumer that is still joining may show anything.
bool AwaitedCommit::isImpossible() const noexcept {
  const Sequence cursor =
      gatingPage().cursor.sequence.load(std::memory_order_acquire);  // [C1] pairs with [P1] [J5]
  const auto behind = static_cast<std::uint64_t>(distance(cursor, published_));
  return !gatingPage().isJoining(cursor) && behind > 2 * view().geometry().capacity;
}

/// Dead, and not held for a successor, as no consumer is that has not begun to read. The policy is
/// loaded before the mark: a successor in the same row renews the mark's word first.
bool AwaitedCommit::hasDied(Sequence cursor) {
  const auto onDeath = page().onDeath.load(std::memory_order_acquire);  // [D3] pairs with [D2]
  const bool isHeld = onDeath == OnDeath::hold && !page().isJoining(cursor);
  return (!isHeld && stall_.watch.isMarked()) || stall_.watch.isGone(isHeld, cursor);
}

bool AwaitedCommit::hasStalled(Sequence cursor) {
  if (allowed() == forEver) return false;
  if (cursor != stall_.cursor) {
    stall_.cursor = cursor;
    stall_.lastLook = forever;
    stall_.lasted = {};
  }
  stall_.count(std::chrono::steady_clock::now(), allowed());
  return stall_.isOver(allowed());
}

std::chrono::nanoseconds AwaitedCommit::allowed() const noexcept {
  const std::uint64_t after = page().evictAfter.load(std::memory_order_relaxed);
  const auto most = static_cast<std::uint64_t>(forEver.count());
  return after == 0 ? forEver : std::chrono::nanoseconds(std::min(after, most));
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
  return barrierOf(view(), gating_.row).eventcount().arm(needed_);
}

std::optional<Eventcount> AwaitedCommit::eventcount() const noexcept {
  return barrierOf(view(), gating_.row).eventcount();
}

Awaited::Lifelines AwaitedCommit::lifelines() const noexcept {
  return {&stall_.watch.lifeline()};
}

TimePoint AwaitedCommit::lookAgainAt() const noexcept {
  const TimePoint next = allowed() == forEver ? forever : stall_.lookAgainAt(allowed());
  return std::min({next, stall_.watch.askAgainAt(), blameAgainAt_});
}

void AwaitedCommit::onSleep() noexcept {
  ProducerPage& producer = view().producer();
  producer.sleeps.fetch_add(1, std::memory_order_relaxed);
  if (!stall_.hasSlept) producer.waitedAt.store(nanosecondsSinceBoot(), std::memory_order_relaxed);
  stall_.hasSlept = true;
}

void AwaitedCommit::interrupt() noexcept {
  barrierOf(view(), gating_.row).ring();
}

}  // namespace sluice::detail
