#include "succession.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "sluice/core/waiting.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/liveness/death_watch.hpp"

namespace sluice {
namespace {

using layout::ProducerState;

constexpr std::chrono::milliseconds leavingPause{1};
// What the kernel takes from the mark to the lease of a process with little memory. Sleeping
// meanwhile would cost the next record another wake.
constexpr std::chrono::microseconds tearDownPatience{300};
constexpr std::chrono::microseconds noPatience{0};

Error over(const platform::SegmentPath& path, ErrorCode code) {
  return {code,
          path.string(),
          "producer",
          code == ErrorCode::stopped ? "a stop was asked for" : "one that lives, all the time",
          "none",
          "end that one first, or allow more time"};
}

Result<Turn> takeTurn(Participant& successor, DeathWatch& death) {
  const bool isNews = death.isMarked() && death.askAgainAt() == platform::forever;
  auto turn = successor.takeTurn(isNews ? tearDownPatience : noPatience);
  if (turn && *turn == Turn::notYet) death.stillThere();
  return turn;
}

/// The kernel marks, and then wakes one sleeper; that may be one who came in between.
void relay(const std::atomic<std::uint32_t>& lifeline, std::uint32_t alive,
           std::uint32_t toldOf) noexcept {
  if (alive != toldOf && layout::LifelineValue{alive}.ownerDied()) platform::wakeAll(&lifeline);
}

}  // namespace

Error streamClosed(const platform::SegmentPath& path) {
  return {ErrorCode::ended,
          path.string(),
          "stream",
          "closed by its producer",
          "one that was left open",
          "a closed stream cannot go on: create a new segment (WhenTaken::replace)"};
}

Result<bool> waitForTurn(Participant& successor, const WaitLimit& limit) {
  const layout::SegmentView& view = successor.view();
  const layout::Doorbell& doorbell = view.doorbell(layout::producerParticipant);
  DeathWatch death(successor, layout::producerParticipant);

  // A word of this process, because a successor may ring nobody.
  std::atomic<std::uint32_t> stops{0};
  const auto wakeMe = [&stops] {
    stops.fetch_add(1, std::memory_order_seq_cst);
    platform::wakeAll(&stops);
  };
  std::optional<std::stop_callback<decltype(wakeMe)>> onStop;
  if (limit.stop().stop_possible()) onStop.emplace(limit.stop(), wakeMe);

  std::uint32_t toldOf = 0;
  for (bool sliceOver = true;;) {
    const auto epoch =
        layout::DoorbellValue{doorbell.load(std::memory_order_acquire)}.epoch();   // [W2]
    const std::uint32_t alive = death.lifeline().load(std::memory_order_acquire);  // [D1]
    relay(death.lifeline(), alive, toldOf);
    toldOf = alive;
    const auto state = view.producer().state.load(std::memory_order_acquire);  // [E1]
    if (state == ProducerState::closed) return streamClosed(successor.path());
    const bool left = state == ProducerState::left;
    if (death.isTimeToAsk(left || sliceOver)) {
      const auto turn = takeTurn(successor, death);
      if (!turn) return turn.error();
      if (*turn != Turn::notYet) return *turn == Turn::taken;
    }
    if (limit.stop().stop_requested()) return over(successor.path(), ErrorCode::stopped);
    const auto now = std::chrono::steady_clock::now();
    if (now >= limit.deadline()) return over(successor.path(), ErrorCode::timedOut);
    const auto sliceEnd = now + (left ? leavingPause : sleepSlice);
    const std::array<platform::FutexExpectation, 3> words{
        {{layout::epochWord(doorbell), epoch}, {&death.lifeline(), alive}, {&stops, 0}}};
    const auto slept =
        platform::sleepOn(words, std::min({sliceEnd, limit.deadline(), death.askAgainAt()}));
    if (death.lifeline().load(std::memory_order_acquire) != alive)  // [D1]
      platform::wakeAll(&death.lifeline());
    sliceOver = slept == platform::Sleep::timedOut && std::chrono::steady_clock::now() >= sliceEnd;
  }
}

}  // namespace sluice
