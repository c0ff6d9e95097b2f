#include "sluice/sequence_barrier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <thread>
#include <vector>

#include "os/futex.hpp"
#include "sluice/barrier_group.hpp"
#include "support/eventually.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using detail::DoorbellValue;

template <class S>
class BarrierOfEveryWidth : public ::testing::Test {
 protected:
  BarrierWords<S> words;
  SequenceBarrier<S> barrier{words};
  bool isArmed() { return DoorbellValue{words.doorbell.load(std::memory_order_acquire)}.armed(); }
};
using Widths = ::testing::Types<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(BarrierOfEveryWidth, Widths);

TYPED_TEST(BarrierOfEveryWidth, WhatIsPublishedIsReachedAtOnceInEveryForm) {
  this->barrier.publish(5);
  std::stop_source stop;
  for (const WaitLimit& limit :
       {WaitLimit(), WaitLimit::now(), WaitLimit(1h),
        WaitLimit(std::chrono::steady_clock::now() - 1h), WaitLimit(stop.get_token())}) {
    const auto result = this->barrier.wait(3, limit);
    EXPECT_EQ(result.status, Status::ok);
    EXPECT_EQ(result.lastPublished, 5);
  }
}

TYPED_TEST(BarrierOfEveryWidth, WhatIsNotPublishedTimesOutOrIsStopped) {
  this->barrier.publish(5);
  EXPECT_EQ(this->barrier.tryWait(6).status, Status::timedOut);
  EXPECT_EQ(this->barrier.wait(6, 1ms).status, Status::timedOut);
  EXPECT_EQ(this->barrier.wait(6, -1ms).status, Status::timedOut);
  EXPECT_EQ(this->barrier.wait(6, std::chrono::steady_clock::now() - 1h).status, Status::timedOut);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(this->barrier.wait(6, stop.get_token()).status, Status::stopped);
  EXPECT_EQ(this->barrier.wait(6, {1h, stop.get_token()}).status, Status::stopped);
}

TYPED_TEST(BarrierOfEveryWidth, ASleeperIsWokenByThePublishItWaitsForAndNotBefore) {
  std::atomic<bool> resumed{false};
  std::jthread sleeper([&] {
    const auto result = this->barrier.wait(2, {}, WaitStrategy::sleepAtOnce());
    EXPECT_TRUE(reached(result.lastPublished, TypeParam{2}));
    resumed = true;
  });
  ASSERT_TRUE(testing::eventually([&] { return this->isArmed(); }));
  this->barrier.publish(0);
  this->barrier.publish(1);
  EXPECT_TRUE(this->isArmed());  // a publish that nobody waits for answers nothing
  EXPECT_FALSE(resumed);
  this->barrier.publish(2);
  EXPECT_FALSE(this->isArmed());
  EXPECT_TRUE(testing::eventually([&] { return resumed.load(); }));
}

TYPED_TEST(BarrierOfEveryWidth, AllSleepersOfDifferentTargetsAreWokenPastAWrap) {
  constexpr unsigned last = 600;
  std::array<std::atomic<unsigned>, 3> next{};
  std::vector<std::jthread> sleepers;
  for (unsigned step : {1u, 2u, 3u}) {
    sleepers.emplace_back([&, step] {
      for (unsigned n = step; n <= last; n += step) {
        next[step - 1] = n;
        const auto result =
            this->barrier.wait(static_cast<TypeParam>(n), {}, WaitStrategy::spinThenSleep(1, 0));
        ASSERT_EQ(result.status, Status::ok);
      }
      next[step - 1] = 2 * last;
    });
  }
  // Half a lap of an 8-bit sequence is as far as a waiter may fall behind.
  const auto nobodyIsFarBehind = [&](unsigned n) {
    return std::all_of(next.begin(), next.end(), [n](const auto& at) { return at + 64 > n; });
  };
  for (unsigned n = 0; n <= last; ++n) {
    ASSERT_TRUE(testing::eventually([&] { return nobodyIsFarBehind(n); }));
    this->barrier.publish(static_cast<TypeParam>(n));
  }
}

TYPED_TEST(BarrierOfEveryWidth, AStopRequestWakesASleeper) {
  std::stop_source stop;
  std::jthread stopper([&] {
    testing::eventually([&] { return this->isArmed(); });
    stop.request_stop();
  });
  const auto result = this->barrier.wait(0, stop.get_token(), WaitStrategy::sleepAtOnce());
  EXPECT_EQ(result.status, Status::stopped);
}

TEST(SequenceBarrier, WithoutWakesASleeperLooksAgainByItself) {
  BarrierWords<std::uint64_t> words;
  const SequenceBarrier<std::uint64_t> barrier(words, WakeProtocol::none);
  std::atomic<std::uint64_t> begun{0};
  std::jthread sleeper([&] {
    for (std::uint64_t n = 0; n < 5; ++n) {
      begun = n + 1;
      EXPECT_EQ(barrier.wait(n, {}, WaitStrategy::sleepAtOnce()).status, Status::ok);
    }
  });
  for (std::uint64_t n = 0; n < 5; ++n) {
    ASSERT_TRUE(testing::eventually([&] { return begun == n + 1; }));
    SequenceBarrier<std::uint64_t>(words, WakeProtocol::none).publish(n);
  }
  EXPECT_EQ(words.doorbell, 0u) << "nobody asked for a wake, and none came";
}

TEST(SequenceBarrier, ADurationTooLongForTheClockIsForEver) {
  EXPECT_EQ(WaitLimit(std::chrono::hours::max()).started().deadline(), detail::forever);
  EXPECT_EQ(WaitLimit(std::chrono::duration<double>(1e300)).started().deadline(), detail::forever);
  EXPECT_TRUE(WaitLimit(0s).isNow());
}

TEST(SequenceBarrier, EveryStrategyReachesWhatIsPublished) {
  for (const WaitStrategy& strategy :
       {WaitStrategy::busySpin(), WaitStrategy::spinThenYield(), WaitStrategy::spinThenSleep(),
        WaitStrategy::sleepAtOnce()}) {
    BarrierWords<std::uint64_t> words;
    SequenceBarrier<std::uint64_t> barrier(words);
    std::jthread publisher([&] { barrier.publish(7); });
    EXPECT_EQ(barrier.wait(7, {}, strategy).lastPublished, 7u);
    EXPECT_EQ(barrier.wait(8, 1ms, strategy).status, Status::timedOut);
  }
}

/// A sequence whose owner can die.
class MortalOwner final : public detail::Awaited {
 public:
  MortalOwner(BarrierWords<std::uint64_t>& words, std::atomic<std::uint32_t>& lifeline,
              std::uint64_t target)
      : barrier_(words), lifeline_(lifeline), target_(target) {}
  bool isReady() noexcept override { return reached(barrier_.lastPublished(), target_); }
  Status checkPeer() override { return lifeline_.load() == 0 ? Status::ok : Status::peerDied; }
  detail::FutexExpectation arm() noexcept override { return barrier_.eventcount().arm(target_); }
  bool fence() noexcept override { return barrier_.eventcount().heavyFence(); }
  Lifelines lifelines() const noexcept override { return {&lifeline_}; }
  void interrupt() noexcept override { barrier_.ring(); }

 private:
  SequenceBarrier<std::uint64_t> barrier_;
  std::atomic<std::uint32_t>& lifeline_;
  std::uint64_t target_;
};

TEST(WaitLoop, AMarkedLifelineEndsTheWaitButWhatWasPublishedStillCounts) {
  BarrierWords<std::uint64_t> words;
  SequenceBarrier<std::uint64_t> barrier(words);
  std::atomic<std::uint32_t> lifeline{0};
  std::jthread marker([&] {
    testing::eventually([&] { return DoorbellValue{words.doorbell.load()}.armed(); });
    barrier.publish(3);
    lifeline = 1;
    detail::wakeAll(&lifeline);
  });
  MortalOwner never(words, lifeline, 9);
  EXPECT_EQ(detail::waitFor(never, WaitStrategy::sleepAtOnce(), {}), Status::peerDied);
  MortalOwner there(words, lifeline, 3);
  EXPECT_EQ(detail::waitFor(there, WaitStrategy::sleepAtOnce(), {}), Status::ok);
}

TEST(BarrierGroup, WaitsForTheSlowest) {
  BarrierWords<std::uint8_t> one;
  BarrierWords<std::uint8_t> two;
  SequenceBarrier<std::uint8_t> fast(one);
  SequenceBarrier<std::uint8_t> slow(two);
  const BarrierGroup<std::uint8_t> group({fast, slow});
  fast.publish(9);
  slow.publish(4);
  EXPECT_EQ(group.lowest(20), 4);
  EXPECT_EQ(group.lowest(3), 3);
  EXPECT_EQ(group.wait(4).lastPublished, 4);
  EXPECT_EQ(group.wait(5, WaitLimit::now()).status, Status::timedOut);
  std::jthread later([&] { slow.publish(6); });
  EXPECT_EQ(group.wait(5).lastPublished, 6);
}

TEST(BarrierGroup, AnEmptyOneGatesNobody) {
  const BarrierGroup<std::uint8_t> nobody(std::vector<SequenceBarrier<std::uint8_t>>{});
  EXPECT_EQ(nobody.lowest(7), 7);
  EXPECT_EQ(nobody.wait(7).status, Status::ok);
}

}  // namespace
}  // namespace sluice
