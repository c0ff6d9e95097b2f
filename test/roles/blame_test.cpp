// Which of several consumers is blamed for a full ring.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "consumers_in_order.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;

class Blame : public ConsumersInOrder {
 protected:
  void SetUp() override { begin(4); }

  /// "slow" in the second row, and after it "last", in the first row, so that the order of the rows
  /// tells nothing; what follows "last" comes in a row of its own.
  void attachPair(ConsumerOptions first, ConsumerOptions second) {
    std::optional inTheWay(attach({.name = "in the way"}));
    first.name = "slow";
    slow_.emplace(attach(first));
    inTheWay.reset();
    second.name = "last";
    second.after = {"slow"};
    last_.emplace(attach(second));
  }
  /// Publishes until a claim has to wait.
  void fill() { publish(*ring_, 0, ring_->capacity()); }
  Status claimWithin(std::chrono::milliseconds time) { return ring_->claimOne(time).status(); }

  std::optional<Consumer<Tick>> slow_;
  std::optional<Consumer<Tick>> last_;
};

TEST_F(Blame, AConsumerThatWaitsForAnotherIsNotEvictedInItsPlace) {
  attachPair({.evictAfter = 60s}, {.evictAfter = 20ms});
  fill();
  EXPECT_EQ(claimWithin(200ms), Status::timedOut);
  expectToRead(*slow_, 4);
  expectToRead(*last_, 4);
  EXPECT_EQ(claimWithin(60s), Status::ok);
}

TEST_F(Blame, TheConsumerThatIsWaitedForIsEvictedThoughAnotherIsAsSlow) {
  attachPair({.evictAfter = 20ms}, {});
  fill();
  // The consumer that runs after it learns of it, and leaves.
  std::jthread follower([&] {
    EXPECT_EQ(last_->wait(60s).status(), Status::peerDied);
    last_.reset();
  });
  EXPECT_EQ(claimWithin(60s), Status::ok);
  EXPECT_EQ(slow_->commit(), Status::evicted);
}

TEST_F(Blame, MovesToTheConsumerThatHasSomethingToRead) {
  attachPair({.evictAfter = 60s}, {.evictAfter = 20ms});
  fill();
  EXPECT_EQ(claimWithin(100ms), Status::timedOut);
  expectToRead(*slow_, 4);
  EXPECT_EQ(claimWithin(60s), Status::ok) << "it has had its time";
  EXPECT_EQ(last_->wait().status(), Status::evicted);
}

TEST_F(Blame, FollowsAChainOfConsumersToItsBeginning) {
  attachPair({.evictAfter = 20ms}, {.evictAfter = 1ms});
  auto end = attach({.name = "third", .evictAfter = 1ms, .after = {"last"}});
  fill();
  EXPECT_TRUE(testing::eventually([&] {
    EXPECT_NE(claimWithin(1ms), Status::ok);
    return slow_->tryWait().status() == Status::evicted;
  }));
  EXPECT_EQ(end.tryWait().status(), Status::timedOut) << "nobody is blamed for it yet";
}

TEST_F(Blame, TheDeathOfTheConsumerThatIsWaitedForCounts) {
  ChildProcess first = attachElsewhere({.name = "first"});
  auto last = attach({.name = "last", .after = {"first"}});
  fill();
  std::jthread follower([&] {
    EXPECT_EQ(last.wait(60s).status(), Status::peerDied);
    last.resign();
  });
  kill(first);
  EXPECT_EQ(claimWithin(60s), Status::ok);
}

}  // namespace
}  // namespace sluice
