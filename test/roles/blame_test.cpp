// Which of several consumers is blamed for a full ring.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "sluice/sluice.hpp"
#include "staying_consumer.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;

/// "slow" in the second row, and after it "last", in the first row, so that the order of the rows
/// tells nothing; what follows "last" comes in a row of its own.
struct Pair {
  Pair(const SegmentName& name, ConsumerOptions first, ConsumerOptions second) {
    std::optional inTheWay(Consumer<Tick>::attach(name.str(), {.name = "in the way"}).value());
    first.name = "slow";
    slow.emplace(Consumer<Tick>::attach(name.str(), first).value());
    inTheWay.reset();
    second.name = "last";
    second.after = {"slow"};
    last.emplace(Consumer<Tick>::attach(name.str(), second).value());
  }
  std::optional<Consumer<Tick>> slow;
  std::optional<Consumer<Tick>> last;
};

TEST(Blame, AConsumerThatWaitsForAnotherIsNotEvictedInItsPlace) {
  SegmentName name;
  auto ring = create(name, 4);
  Pair pair(name, {.evictAfter = 60s}, {.evictAfter = 20ms});
  publish(ring, 0, 4);
  EXPECT_EQ(ring.claimOne(200ms).status(), Status::timedOut);
  EXPECT_EQ(pair.slow->wait().size(), 4u);
  EXPECT_EQ(pair.slow->commit(), Status::ok);
  EXPECT_EQ(pair.last->wait().size(), 4u);
  EXPECT_EQ(pair.last->commit(), Status::ok);
  EXPECT_EQ(ring.claimOne(60s).status(), Status::ok);
}

TEST(Blame, TheConsumerThatIsWaitedForIsEvictedThoughAnotherIsAsSlow) {
  SegmentName name;
  auto ring = create(name, 4);
  Pair pair(name, {.evictAfter = 20ms}, {});
  publish(ring, 0, 4);
  // The consumer that runs after it learns of it, and leaves.
  std::jthread follower([&] {
    EXPECT_EQ(pair.last->wait(60s).status(), Status::peerDied);
    pair.last.reset();
  });
  EXPECT_EQ(ring.claimOne(60s).status(), Status::ok);
  EXPECT_EQ(pair.slow->commit(), Status::evicted);
}

TEST(Blame, MovesToTheConsumerThatHasSomethingToRead) {
  SegmentName name;
  auto ring = create(name, 4);
  Pair pair(name, {.evictAfter = 60s}, {.evictAfter = 20ms});
  publish(ring, 0, 4);
  EXPECT_EQ(ring.claimOne(100ms).status(), Status::timedOut);
  EXPECT_EQ(pair.slow->wait().size(), 4u);
  EXPECT_EQ(pair.slow->commit(), Status::ok);
  EXPECT_EQ(ring.claimOne(60s).status(), Status::ok) << "it has had its time";
  EXPECT_EQ(pair.last->wait().status(), Status::evicted);
}

TEST(Blame, FollowsAChainOfConsumersToItsBeginning) {
  SegmentName name;
  auto ring = create(name, 4);
  Pair pair(name, {.evictAfter = 20ms}, {.evictAfter = 1ms});
  const ConsumerOptions third{.name = "third", .evictAfter = 1ms, .after = {"last"}};
  auto end = Consumer<Tick>::attach(name.str(), third).value();
  publish(ring, 0, 4);
  EXPECT_TRUE(testing::eventually([&] {
    EXPECT_NE(ring.claimOne(1ms).status(), Status::ok);
    return pair.slow->tryWait().status() == Status::evicted;
  }));
  EXPECT_EQ(end.tryWait().status(), Status::timedOut) << "nobody is blamed for it yet";
}

TEST(Blame, TheDeathOfTheConsumerThatIsWaitedForCounts) {
  SegmentName name;
  auto ring = create(name, 4);
  ChildProcess first = attachAndStay(name, {.name = "first"});
  ASSERT_EQ(ring.waitForConsumers({"first"}, 60s), Status::ok);
  auto last = Consumer<Tick>::attach(name.str(), {.name = "last", .after = {"first"}}).value();
  publish(ring, 0, 4);
  std::jthread follower([&] {
    EXPECT_EQ(last.wait(60s).status(), Status::peerDied);
    last.resign();
  });
  kill(first);
  EXPECT_EQ(ring.claimOne(60s).status(), Status::ok);
}

}  // namespace
}  // namespace sluice
