// What the wait loop does between its looks, one step at a time.
#include "sluice/detail/wait.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "late_sleeper.hpp"
#include "os/slice.hpp"
#include "sluice/sequence_barrier.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;

/// Sequence 1 of a stream, and what somebody else does at each step of the wait.
class Step final : public Awaited {
 public:
  explicit Step(BarrierWords<std::uint64_t>& words) : barrier_(words) {}

  std::function<Status()> onCheck = [] { return Status::ok; };
  std::function<void()> afterArm = [] {};
  std::function<bool()> inFence = [] { return true; };
  std::function<void(TimePoint)> inSleep = [](TimePoint) {};
  const std::atomic<std::uint32_t>* watched = nullptr;
  int sleeps = 0;

  bool isReady() noexcept override { return reached(barrier_.lastPublished(), std::uint64_t{1}); }
  Status checkPeer() override { return onCheck(); }
  FutexExpectation arm() noexcept override {
    const FutexExpectation word = barrier_.eventcount().arm(std::uint64_t{1});
    afterArm();
    return word;
  }
  bool fence() noexcept override { return inFence(); }
  Lifelines lifelines() const noexcept override { return {watched}; }
  void sleep(const FutexExpectation*, std::size_t, TimePoint until) noexcept override {
    ++sleeps;
    inSleep(until);
  }
  void interrupt() noexcept override { barrier_.ring(); }

 private:
  SequenceBarrier<std::uint64_t> barrier_;
};

Status waitWithoutSpinning(Step& step) {
  return waitFor(step, WaitStrategy::sleepAtOnce(), {});
}

class WaitLoopSteps : public ::testing::Test {
 protected:
  /// As a publisher whose look at the doorbell came before the waiter armed it.
  void publishWithoutAWake() { words.cursor.store(1, std::memory_order_release); }

  BarrierWords<std::uint64_t> words;
  SequenceBarrier<std::uint64_t> barrier{words};
  Step step{words};
};

TEST_F(WaitLoopSteps, WhatIsReadyIsFoundWithoutASleep) {
  publishWithoutAWake();
  EXPECT_EQ(waitFor(step, WaitStrategy::busySpin(), {}), Status::ok);
  EXPECT_EQ(step.sleeps, 0);
}

TEST_F(WaitLoopSteps, WhatComesJustBeforeTheEndIsStillReady) {
  step.onCheck = [this] {
    publishWithoutAWake();
    return Status::peerDied;
  };
  EXPECT_EQ(waitWithoutSpinning(step), Status::ok);
}

TEST_F(WaitLoopSteps, WhatComesBetweenTheFenceAndTheSecondLookIsNotSleptOver) {
  step.inFence = [this] {
    publishWithoutAWake();
    return true;
  };
  EXPECT_EQ(waitWithoutSpinning(step), Status::ok);
  EXPECT_EQ(step.sleeps, 0);
}

TEST_F(WaitLoopSteps, TheFenceComesAfterTheDoorbellIsArmed) {
  bool wasArmed = false;
  step.inFence = [&] {
    wasArmed = DoorbellValue{words.doorbell.load(std::memory_order_relaxed)}.armed();
    publishWithoutAWake();
    return true;
  };
  EXPECT_EQ(waitWithoutSpinning(step), Status::ok);
  EXPECT_TRUE(wasArmed);
}

TEST_F(WaitLoopSteps, ASleepIsTriedWithTheEpochOfTheArming) {
  const auto armed = [&] { return DoorbellValue{words.doorbell.load()}; };
  step.inFence = [&] {
    barrier.ring();  // raises the epoch, so that the kernel refuses the sleep
    return true;
  };
  std::uint32_t epochBefore = 0;
  step.afterArm = [&] { epochBefore = armed().epoch(); };
  step.inSleep = [&](TimePoint) {
    EXPECT_NE(armed().epoch(), epochBefore);
    publishWithoutAWake();
  };
  EXPECT_EQ(waitWithoutSpinning(step), Status::ok);
  EXPECT_EQ(step.sleeps, 1);
}

TEST_F(WaitLoopSteps, ASleepWhoseFenceIsRefusedIsShort) {
  step.inFence = [] { return false; };
  step.inSleep = [&](TimePoint until) {
    EXPECT_LE(until - std::chrono::steady_clock::now(), unfencedSlice);
    publishWithoutAWake();
  };
  EXPECT_EQ(waitWithoutSpinning(step), Status::ok);
  EXPECT_EQ(step.sleeps, 1);
}

TEST_F(WaitLoopSteps, AThreadThatSeesADeathForTheFirstTimeWakesTheOthersThatSleepOnIt) {
  std::atomic<std::uint32_t> lifeline{LateSleeper::markedLifeline};
  LateSleeper other(lifeline);
  ASSERT_TRUE(other.fallsAsleep());
  step.watched = &lifeline;
  step.inSleep = [this](TimePoint) { publishWithoutAWake(); };
  EXPECT_EQ(waitWithoutSpinning(step), Status::ok);
  EXPECT_TRUE(other.isWoken());
}

TEST_F(WaitLoopSteps, AThreadThatIsWokenByADeathWakesTheOthersThatSleepOnIt) {
  std::atomic<std::uint32_t> lifeline{17};
  std::optional<LateSleeper> other;
  step.watched = &lifeline;
  step.inSleep = [&](TimePoint) {
    lifeline = LateSleeper::markedLifeline;
    other.emplace(lifeline);
    EXPECT_TRUE(other->fallsAsleep());
    publishWithoutAWake();
  };
  EXPECT_EQ(waitWithoutSpinning(step), Status::ok);
  EXPECT_TRUE(other->isWoken());
}

}  // namespace
}  // namespace sluice::detail
