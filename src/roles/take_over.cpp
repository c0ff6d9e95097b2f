#include "roles/take_over.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "format/segment_view.hpp"
#include "liveness/death_watch.hpp"
#include "os/futex.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/wait.hpp"

namespace sluice::detail {
namespace {

constexpr std::chrono::milliseconds leavingPause{1};
// What the kernel takes from the mark to the lease of a process with little memory. Sleeping
// meanwhile would cost the next record another wake.
constexpr std::chrono::microseconds tearDownPatience{300};
constexpr std::chrono::microseconds noPatience{0};

Error over(const SegmentPath& path, ErrorCode code) {
  return {code,
          path.string(),
          "producer",
          code == ErrorCode::stopped ? "a stop was asked for" : "one that lives, all the time",
          "none",
          "end that one first, or allow more time"};
}

/// The producer's lease of a segment whose producer lives. Ready once there is an outcome: it was
/// taken, or never can be.
class AwaitedTakeOver final : public Awaited {
 public:
  explicit AwaitedTakeOver(Participant& successor) noexcept
      : successor_(successor),
        death_(successor.leases(), leaseByte(producerParticipant),
               successor.view().lifeline(producerParticipant).word) {}

  const std::optional<Result<bool>>& outcome() const noexcept { return outcome_; }

  bool isReady() noexcept override { return outcome_.has_value(); }

  Status checkPeer() override {
    const auto state =
        successor_.view().producer().state.load(std::memory_order_acquire);  // [E1] pairs with [E0]
    hasLeft_ = state == ProducerState::left;
    if (state == ProducerState::closed)
      outcome_ = streamClosed(successor_.path());
    else if (isFirst_ || hasLeft_ || death_.isTimeToAsk())
      tryToTake();
    isFirst_ = false;
    return outcome_ ? Status::peerLeft : Status::ok;
  }

  FutexExpectation arm() noexcept override { return producersEpoch(successor_.view()); }

  Lifelines lifelines() const noexcept override { return {&death_.lifeline()}; }

  TimePoint lookAgainAt() const noexcept override {
    if (!hasLeft_) return death_.askAgainAt();
    // It gives up its lease next, which rings nobody.
    return std::min(std::chrono::steady_clock::now() + leavingPause, death_.askAgainAt());
  }

  /// Without a change of the word, so at most a slice late.
  void interrupt() noexcept override { wakeAll(producersEpoch(successor_.view()).word); }

 private:
  void tryToTake() {
    const auto taken = successor_.takeOver(death_.isNews() ? tearDownPatience : noPatience);
    if (!taken)
      outcome_ = taken.error();
    else if (*taken != TakeOver::notYet)
      outcome_ = *taken == TakeOver::done;
    else
      death_.stillThere();
  }

  Participant& successor_;
  DeathWatch death_;
  bool isFirst_ = true;
  bool hasLeft_ = false;
  std::optional<Result<bool>> outcome_;
};

}  // namespace

Error streamClosed(const SegmentPath& path) {
  return {ErrorCode::ended,
          path.string(),
          "stream",
          "closed by its producer",
          "one that was left open",
          "a closed stream cannot go on: create a new segment (WhenTaken::replace)"};
}

Result<bool> waitToTakeOver(Participant& successor, const WaitLimit& limit) {
  AwaitedTakeOver awaited(successor);
  const Status status = waitFor(awaited, WaitStrategy::sleepAtOnce(), limit);
  if (awaited.outcome()) return *awaited.outcome();
  return over(successor.path(),
              status == Status::stopped ? ErrorCode::stopped : ErrorCode::timedOut);
}

}  // namespace sluice::detail
