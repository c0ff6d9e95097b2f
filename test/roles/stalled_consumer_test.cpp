// What it means that a consumer lives and commits nothing.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

TEST(StalledConsumer, AVoidCommitIsNothingToThoseThatRunAfterIt) {
  SegmentName name;
  auto ring = create(name, 4);
  auto first = Consumer<Tick>::attach(name.str(), {.name = "first", .evictAfter = 1ms}).value();
  auto second = Consumer<Tick>::attach(name.str(), {.after = {"first"}}).value();
  publish(ring, 0, 4);
  ASSERT_EQ(first.wait().size(), 4u);
  ASSERT_EQ(first.commit(1), Status::ok);
  ASSERT_EQ(second.wait().size(), 1u);
  ASSERT_EQ(second.commit(), Status::ok);
  publish(ring, 4, 5);
  // The first is evicted for this one, and then the second is in the way.
  EXPECT_EQ(ring.claimOne(100ms).status(), Status::timedOut);
  EXPECT_EQ(first.commit(), Status::evicted);
  EXPECT_EQ(second.wait().status(), Status::peerDied);
}

TEST(StalledConsumer, IsEvictedAfterItsTimeAndItsBatchIsVoid) {
  SegmentName name;
  auto ring = create(name, 4);
  auto slow = Consumer<Tick>::attach(name.str(), {.name = "slow", .evictAfter = 20ms}).value();
  publish(ring, 0, 4);
  ASSERT_EQ(slow.wait().size(), 4u);
  ASSERT_EQ(slow.commit(1), Status::ok);
  publish(ring, 4, 20);
  EXPECT_EQ(slow.commit(), Status::evicted);
  EXPECT_EQ(slow.lastCommitted(), 0u);
  EXPECT_EQ(slow.wait().status(), Status::evicted);
  EXPECT_EQ(slow.commit(), Status::evicted);
  EXPECT_EQ(slow.status(), Status::evicted);
}

TEST(StalledConsumer, LearnsItAtItsNextWaitToo) {
  for (const bool sameBatch : {true, false}) {
    SegmentName name;
    auto ring = create(name, 4);
    auto slow = Consumer<Tick>::attach(name.str(), {.evictAfter = 1ms, .maxBatch = 2}).value();
    publish(ring, 0, 4);
    ASSERT_EQ(slow.wait().size(), 2u);
    if (!sameBatch) {
      ASSERT_EQ(slow.commit(), Status::ok);
    }
    publish(ring, 4, 12);
    EXPECT_EQ(slow.wait().status(), Status::evicted) << sameBatch;
    EXPECT_EQ(slow.lastCommitted(), sameBatch ? noSequence : 1u);
  }
}

TEST(StalledConsumer, StoppedInTheMiddleOfABatchLearnsItAndThenTheExactRangeItLost) {
  SegmentName name;
  auto ring = create(name, 8);
  SharedNumber step;
  ChildProcess slow([&] {
    const ConsumerOptions options{.name = "slow", .evictAfter = 20ms};
    {
      auto in = Consumer<Tick>::attach(name.str(), options).value();
      std::uint64_t seen = 0;
      while (seen < 5)
        seen += in.wait().size();
      step.set(1);
      ::raise(SIGSTOP);
      if (in.commit() != Status::evicted) return 2;
      if (in.wait().status() != Status::evicted) return 3;
    }
    const auto again = Consumer<Tick>::attach(name.str(), options).value();
    if (again.lost().first != 0) return 4;
    if (again.lost().count != 30) return 5;
    return again.next() == 30 ? 0 : 6;
  });
  ASSERT_EQ(ring.waitForConsumers({"slow"}, 60s), Status::ok);
  publish(ring, 0, 5);
  ASSERT_TRUE(step.reaches(1));
  publish(ring, 5, 30);
  slow.signal(SIGCONT);
  EXPECT_EQ(slow.wait(), 0);
}

TEST(StalledConsumer, OneThatKeepsCommittingIsNotEvicted) {
  SegmentName name;
  auto ring = create(name, 2);
  auto in = Consumer<Tick>::attach(name.str(), {.evictAfter = 60s}).value();
  for (std::uint64_t number = 0; number < 1000; ++number) {
    publish(ring, number, number + 1);
    EXPECT_EQ(in.wait().size(), 1u);
    EXPECT_EQ(in.commit(), Status::ok);
  }
}

TEST(StalledConsumer, OneWithoutALimitGatesForAsLongAsItLives) {
  SegmentName name;
  auto ring = create(name, 2);
  auto in = Consumer<Tick>::attach(name.str()).value();
  publish(ring, 0, 2);
  EXPECT_EQ(ring.claimOne(WaitLimit(600ms)).status(), Status::timedOut);
  EXPECT_EQ(in.wait().size(), 2u);
}

TEST(StalledConsumer, TheTimeRunsFromTheFirstFailedClaimAlsoForWhoOnlyTries) {
  SegmentName name;
  auto ring = create(name, 2);
  auto in = Consumer<Tick>::attach(name.str(), {.evictAfter = 5ms}).value();
  publish(ring, 0, 2);
  EXPECT_TRUE(testing::eventually([&] { return bool(ring.claimOne(WaitLimit::now())); }));
  EXPECT_EQ(in.wait().status(), Status::evicted);
}

TEST(StalledConsumer, AnEvictionTimeBelowZeroIsRefused) {
  SegmentName name;
  auto ring = create(name, 4);
  const auto in = Consumer<Tick>::attach(name.str(), {.evictAfter = -1ns});
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().field, "evictAfter");
}

}  // namespace
}  // namespace sluice
