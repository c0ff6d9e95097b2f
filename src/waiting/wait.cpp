#include "sluice/detail/wait.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <tuple>

#include "format/lifeline_value.hpp"
#include "os/futex.hpp"
#include "os/slice.hpp"

namespace sluice::detail {
namespace {

/// A thread that sleeps on the first of several words only looks at the others itself.
std::chrono::milliseconds longestSleep(std::size_t words) noexcept {
  return words > 1 && !sleepsOnSeveralWords() ? fallbackSlice : slice;
}

/// The kernel marks a lifeline, and then wakes one of the threads that sleep on it, perhaps a
/// thread that came in between. So a thread that sees the mark for the first time wakes the others.
class DeathRelay {
 public:
  explicit DeathRelay(const std::atomic<std::uint32_t>* lifeline) noexcept : lifeline_(lifeline) {}

  bool hasLifeline() const noexcept { return lifeline_ != nullptr; }

  /// Before a sleep: what to sleep on, after passing on news.
  FutexExpectation look() noexcept {
    const std::uint32_t value = lifeline_->load(std::memory_order_acquire);  // [D1] pairs with [D0]
    if (value != toldOf_ && LifelineValue{value}.ownerDied()) wakeAll(lifeline_);
    toldOf_ = value;
    return {lifeline_, value};
  }

  /// After a sleep.
  void lookAfter() const noexcept {
    if (lifeline_ == nullptr) return;
    if (lifeline_->load(std::memory_order_acquire) != toldOf_) wakeAll(lifeline_);  // [D1]
  }

 private:
  const std::atomic<std::uint32_t>* lifeline_;
  std::uint32_t toldOf_ = 0;
};

}  // namespace

void Awaited::sleep(const FutexExpectation* words, std::size_t count, TimePoint until) noexcept {
  sleepOn(std::span(words, count), until);
}

Status giveUp(Awaited& awaited, const WaitLimit& limit) {
  Status status = awaited.checkPeer();
  if (status == Status::ok) status = limit.status();
  // The last record may have come just before the end.
  return status != Status::ok && awaited.isReady() ? Status::ok : status;
}

Status sleepUntilReady(Awaited& awaited, const WaitLimit& limit) {
  // A word of this thread's own, so that a stop disturbs nobody else; where only one word can be
  // slept on, the awaited's own wake has to do.
  std::atomic<std::uint32_t> stops{0};
  const auto stop = [&] {
    stops.store(1, std::memory_order_release);
    wakeAll(&stops);
    if (!sleepsOnSeveralWords()) awaited.interrupt();
  };
  std::optional<std::stop_callback<decltype(stop)>> onStop;
  const bool mayStop = limit.stop().stop_possible();
  if (mayStop) onStop.emplace(limit.stop(), stop);

  const Awaited::Lifelines lifelines = awaited.lifelines();
  std::array<DeathRelay, std::tuple_size_v<Awaited::Lifelines>> relays{DeathRelay(lifelines[0]),
                                                                       DeathRelay(lifelines[1])};
  for (;;) {
    std::array<FutexExpectation, 2 + relays.size()> words{};
    std::size_t count = 0;
    words[count++] = awaited.arm();         // [W2]
    const bool isFenced = awaited.fence();  // [W3]
    for (DeathRelay& relay : relays)
      if (relay.hasLifeline()) words[count++] = relay.look();
    if (mayStop) words[count++] = {&stops, 0};
    if (awaited.isReady()) return Status::ok;  // [W4] pairs with [P1]
    if (const Status status = giveUp(awaited, limit); status != Status::ok) return status;
    if (awaited.isReady()) return Status::ok;  // [W4] pairs with [P1]
    const auto longest = isFenced ? longestSleep(count) : unfencedSlice;
    const TimePoint sliceEnd = std::chrono::steady_clock::now() + longest;
    const TimePoint until = std::min({sliceEnd, limit.deadline(), awaited.lookAgainAt()});
    awaited.onSleep();
    awaited.sleep(words.data(), count, until);  // [W5] pairs with [P4] [R1]
    awaited.onWake();
    for (const DeathRelay& relay : relays)
      relay.lookAfter();
    if (awaited.isReady()) return Status::ok;  // [W1] pairs with [P1]
  }
}

}  // namespace sluice::detail
