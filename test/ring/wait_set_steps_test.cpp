// What a set of members does between its looks, one step at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "os/futex.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/sequence_barrier.hpp"
#include "sluice/stop_word.hpp"
#include "sluice/wait_set.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/readable.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::isReadable;

// Far below the slice of the tests, far above what any machine needs.
constexpr auto patience = 20s;

/// A role that waits for sequence 1 of a stream, and what somebody else does at each step.
class Step final : public Awaited {
 public:
  std::function<void()> afterArm = [] {};
  std::function<void()> inFence = [] {};
  std::function<void()> afterCheck = [] {};
  std::function<void()> beforeSleep = [] {};
  int arms = 0;
  int fences = 0;
  int sleeps = 0;

  /// As a publisher whose look at the doorbell came before the waiter armed it.
  void publishWithoutAWake() { words_.cursor.store(1, std::memory_order_release); }
  /// As the kernel does to a lifeline that nobody sleeps on.
  void die() { lifeline_ = markedLifeline; }
  SequenceBarrier<std::uint64_t>& barrier() { return barrier_; }
  const void* word() const { return epochWord(words_.doorbell); }

  std::unique_ptr<WaitMember> waitMember() { return std::make_unique<StepMember>(*this); }

  bool isReady() noexcept override { return reached(barrier_.lastPublished(), std::uint64_t{1}); }
  Status checkPeer() override {
    const Status status = lifeline_ == markedLifeline ? Status::peerDied : Status::ok;
    if (arms != 0) afterCheck();
    return status;
  }
  FutexExpectation arm() noexcept override {
    ++arms;
    const FutexExpectation word = barrier_.eventcount().arm(std::uint64_t{1});
    afterArm();
    return word;
  }
  std::optional<Eventcount> eventcount() const noexcept override { return barrier_.eventcount(); }
  bool fence() noexcept override {
    ++fences;
    inFence();
    return true;
  }
  Lifelines lifelines() const noexcept override { return {&lifeline_}; }
  void onSleep() noexcept override {
    ++sleeps;
    beforeSleep();
  }
  void interrupt() noexcept override {}

 private:
  static constexpr std::uint32_t markedLifeline = 0x4000'0000U | 17;

  class StepMember final : public WaitMember {
   public:
    explicit StepMember(Step& step) noexcept : step_(step) {}
    Status begin() override { return Status::ok; }
    Awaited& awaited() noexcept override { return step_; }

   private:
    Step& step_;
  };

  BarrierWords<std::uint64_t> words_;
  SequenceBarrier<std::uint64_t> barrier_{words_};
  std::atomic<std::uint32_t> lifeline_{17};
};

using Found = std::pair<std::size_t, Status>;

std::vector<Found> foundBy(const ReadyMembers& ready) {
  std::vector<Found> all;
  for (const ReadyMember& one : ready)
    all.emplace_back(one.member, one.status);
  return all;
}

class WaitSetSteps : public ::testing::Test {
 protected:
  explicit WaitSetSteps(std::size_t count = 5) : steps_(count) {
    for (Step& step : steps_)
      set_.add(step);
  }

  Step& at(std::size_t member) { return *std::next(steps_.begin(), static_cast<long>(member)); }
  std::vector<int> ofEach(int Step::*count) const {
    std::vector<int> all;
    for (const Step& step : steps_)
      all.push_back(step.*count);
    return all;
  }
  int fences() const {
    int sum = 0;
    for (const int count : ofEach(&Step::fences))
      sum += count;
    return sum;
  }

  /// Nothing where it came with the deadline alone.
  std::vector<Found> waitInTime() {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    auto found = foundBy(set_.wait(deadline));
    return std::chrono::steady_clock::now() < deadline ? found : std::vector<Found>();
  }

  std::list<Step> steps_;
  WaitSet set_{WaitStrategy::sleepAtOnce()};
};

TEST_F(WaitSetSteps, ManyAreArmedUnderOneFence) {
  at(4).beforeSleep = [this] { at(2).barrier().publish(1); };
  EXPECT_THAT(waitInTime(), ElementsAre(Found(2, Status::ok)));
  EXPECT_THAT(ofEach(&Step::arms), Each(1));
  EXPECT_EQ(fences(), 1);
}

/// The first member is the last that is armed.
TEST_F(WaitSetSteps, AWakeWhileOthersAreBeingArmedIsNotSleptOver) {
  at(0).afterArm = [this] { at(2).barrier().ring(); };
  at(0).beforeSleep = [this] { at(4).barrier().publish(1); };
  EXPECT_THAT(waitInTime(), ElementsAre(Found(4, Status::ok)));
  // What was rung for in between is armed again, alone, before the one sleep.
  EXPECT_THAT(ofEach(&Step::arms), ElementsAre(1, 1, 2, 1, 1));
  EXPECT_EQ(fences(), 2);
  EXPECT_THAT(ofEach(&Step::sleeps), Each(1));
}

TEST_F(WaitSetSteps, WhatIsPublishedWithoutAWakeBeforeTheFenceIsFoundAfterIt) {
  for (Step& step : steps_)
    step.inFence = [this] { at(3).publishWithoutAWake(); };
  EXPECT_THAT(waitInTime(), ElementsAre(Found(3, Status::ok)));
  EXPECT_THAT(ofEach(&Step::sleeps), Each(0));
}

TEST_F(WaitSetSteps, ADeathBetweenTheCheckAndTheSleepIsNotSleptOver) {
  at(3).afterCheck = [this] { at(3).die(); };
  EXPECT_THAT(waitInTime(), ElementsAre(Found(3, Status::peerDied)));
}

TEST_F(WaitSetSteps, AStopBetweenTheCheckAndTheSleepIsNotSleptOver) {
  StopWord stop;
  const auto member = set_.add(stop);
  at(0).beforeSleep = [&] { stop.requestStop(); };
  EXPECT_THAT(waitInTime(), ElementsAre(Found(member, Status::stopped)));
  EXPECT_THAT(waitInTime(), ElementsAre(Found(member, Status::stopped)));
}

class ArmedSetSteps : public WaitSetSteps {
 protected:
  bool becomesReadable() const {
    return isReadable(descriptor_, std::chrono::milliseconds(patience));
  }

  const int descriptor_ = set_.readyDescriptor().value();
};

TEST_F(ArmedSetSteps, ADeathAfterItsCheckMakesTheDescriptorReadable) {
  at(3).afterCheck = [this] { at(3).die(); };
  EXPECT_EQ(set_.arm().status(), Status::timedOut);
  EXPECT_TRUE(becomesReadable());
  EXPECT_THAT(foundBy(set_.arm()), ElementsAre(Found(3, Status::peerDied)));
}

TEST_F(ArmedSetSteps, APublishAfterTheLooksMakesTheDescriptorReadable) {
  // Of member 4, which is looked at before member 0 is.
  at(0).afterCheck = [this] { at(4).barrier().publish(1); };
  const ReadyMembers found = set_.arm();
  EXPECT_THAT(foundBy(found), ElementsAre(Found(4, Status::ok)));
  EXPECT_TRUE(becomesReadable());
}

TEST_F(ArmedSetSteps, AStopAfterItsLookMakesTheDescriptorReadable) {
  StopWord stop;
  const auto member = set_.add(stop);
  at(0).afterCheck = [&] { stop.requestStop(); };
  EXPECT_EQ(set_.arm().status(), Status::timedOut);
  EXPECT_TRUE(becomesReadable());
  EXPECT_THAT(foundBy(set_.arm()), ElementsAre(Found(member, Status::stopped)));
}

TEST_F(ArmedSetSteps, WhatIsPublishedWithoutAWakeBeforeTheFenceIsFoundAfterIt) {
  for (Step& step : steps_)
    step.inFence = [this] { at(3).publishWithoutAWake(); };
  EXPECT_THAT(foundBy(set_.arm()), ElementsAre(Found(3, Status::ok)));
  EXPECT_TRUE(isReadable(descriptor_));
}

TEST_F(ArmedSetSteps, NobodySleepsOnTheWordsOfAMemberThatWasRemoved) {
  EXPECT_EQ(set_.arm().status(), Status::timedOut);
  ASSERT_TRUE(testing::eventually([this] { return wakeAll(at(2).word()) == 1; }));
  ASSERT_TRUE(testing::eventually([] {
    const auto threads = testing::threadsOfName("sluice-ready");
    return threads.size() == 1 && testing::isAsleepOnFutex(threads.front());
  }));
  set_.remove(2);
  EXPECT_EQ(wakeAll(at(2).word()), 0);
  at(2).die();
  EXPECT_FALSE(isReadable(descriptor_));
}

}  // namespace
}  // namespace sluice::detail
