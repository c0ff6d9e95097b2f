#include "sluice/detail/wait.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <span>

#include "os/futex.hpp"
#include "os/slice.hpp"
#include "waiting/armed_wait.hpp"
#include "waiting/stop_wake.hpp"

namespace sluice::detail {
namespace {

/// A thread that sleeps on the first of several words only looks at the others itself.
std::chrono::milliseconds longestSleep(std::size_t words) noexcept {
  return words > 1 && !sleepsOnSeveralWords() ? fallbackSlice : slice;
}

}  // namespace

void Awaited::sleep(const FutexExpectation* words, std::size_t count, TimePoint until) noexcept {
  sleepOn(std::span(words, count), until);
}

bool Awaited::fence() noexcept {
  const auto armed = eventcount();
  return !armed || armed->heavyFence();
}

Status giveUp(Awaited& awaited, const WaitLimit& limit) {
  Status status = awaited.checkPeer();
  if (status == Status::ok) status = limit.status();
  // The last record may have come just before the end.
  return status != Status::ok && awaited.isReady() ? Status::ok : status;
}

Status sleepUntilReady(Awaited& awaited, const WaitLimit& limit) {
  const StopWake stop(limit.stop(), [&awaited] { awaited.interrupt(); });
  ArmedWait wait;
  wait.begin(awaited);
  for (;;) {
    std::array<FutexExpectation, ArmedWait::maxWords + 1> words;
    wait.arm();                                                // [W2]
    if (wait.needsFence()) wait.passedFence(awaited.fence());  // [W3]
    std::size_t count = wait.look(words.data());
    if (stop.isPossible()) words[count++] = stop.word();
    if (awaited.isReady()) return Status::ok;  // [W4] pairs with [P1]
    if (const Status status = giveUp(awaited, limit); status != Status::ok) return status;
    if (awaited.isReady()) return Status::ok;  // [W4] pairs with [P1]
    if (!wait.isArmedStill()) continue;
    const auto longest = wait.isFenced() ? longestSleep(count) : unfencedSlice;
    const TimePoint sliceEnd = std::chrono::steady_clock::now() + longest;
    const TimePoint until = std::min({sliceEnd, limit.deadline(), awaited.lookAgainAt()});
    awaited.onSleep();
    awaited.sleep(words.data(), count, until);  // [W5] pairs with [P4] [R1]
    awaited.onWake();
    wait.lookAfter();
    if (awaited.isReady()) return Status::ok;  // [W1] pairs with [P1]
  }
}

}  // namespace sluice::detail
