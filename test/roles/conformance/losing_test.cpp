// What a consumer is told of the records that its name was never given.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "conformance/conformance.hpp"
#include "support/child_process.hpp"

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SharedNumber;

template <class P>
class LostRecordsOfAName : public Conformance<P> {
 protected:
  using Producer = typename P::Producer;

  /// Has a consumer of that name commit that many of the next records and be killed, and publishes
  /// these and `more`.
  void beKilledAfter(Producer& ring, const std::string& consumer, std::uint64_t commits,
                     std::uint64_t more) const {
    SharedNumber joined;
    SharedNumber committed;
    ChildProcess child([&] {
      auto in = this->attach({.name = consumer});
      joined.set(1);
      for (std::uint64_t left = commits; left != 0;) {
        const auto batch = in.wait();
        const std::uint64_t n = std::min<std::uint64_t>(left, batch.size());
        if (in.commit(n) != Status::ok) return 1;
        left -= n;
      }
      committed.set(1);
      ::raise(SIGKILL);
      return 2;
    });
    ASSERT_TRUE(joined.reaches(1));
    const std::uint64_t next = ring.lastPublished() + 1;
    this->publish(ring, next, next + commits);
    ASSERT_TRUE(committed.reaches(1));
    ASSERT_EQ(child.wait(), -1000 - SIGKILL);
    this->publish(ring, next + commits, next + commits + more);
  }

  static void expectLost(const typename P::Consumer& in, Sequence first, std::uint64_t count) {
    EXPECT_EQ(in.lost().count, count);
    EXPECT_TRUE(count == 0 || in.lost().first == first) << in.lost().first;
  }
};
TYPED_TEST_SUITE(LostRecordsOfAName, PortsAndMessages, PortName);

TYPED_TEST(LostRecordsOfAName, AreThoseBetweenADeathAndTheNextLife) {
  auto ring = this->create({.capacity = 8});
  this->beKilledAfter(ring, "risk", 2, 8);
  const auto in = this->attach({.name = "risk"});
  this->expectLost(in, 2, 8);
  EXPECT_EQ(in.next(), 10u);
}

TYPED_TEST(LostRecordsOfAName, AreLessWhatTheNextLifeFindsInTheRing) {
  auto ring = this->create({.capacity = 64});
  this->beKilledAfter(ring, "risk", 2, 8);
  auto in = this->attach({.name = "risk", .startAt = StartAt::oldest});
  this->expectLost(in, 0, 0);
  EXPECT_EQ(this->takeAll(in), numbers(0, 10));
}

TYPED_TEST(LostRecordsOfAName, AreToldOnce) {
  auto ring = this->create({.capacity = 8});
  this->beKilledAfter(ring, "risk", 2, 8);
  {
    auto in = this->attach({.name = "risk"});
    this->expectLost(in, 2, 8);
  }
  {
    auto in = this->attach({.name = "risk"});
    this->expectLost(in, 0, 0);
    this->publish(ring, 10, 13);
    ASSERT_EQ(in.wait().size(), 3u);
    in.commit(1);
  }
  {
    auto in = this->attach({.name = "risk"});
    this->expectLost(in, 11, 2);
    this->publish(ring, 13, 16);
  }
  this->publish(ring, 16, 18);
  this->expectLost(this->attach({.name = "risk"}), 13, 5);
}

TYPED_TEST(LostRecordsOfAName, AreToldOnceThoughThatLifeIsKilledAfterACommit) {
  auto ring = this->create({.capacity = 8});
  this->beKilledAfter(ring, "risk", 2, 8);
  this->beKilledAfter(ring, "risk", 1, 4);
  this->expectLost(this->attach({.name = "risk"}), 11, 4);
}

TYPED_TEST(LostRecordsOfAName, AreToldAgainWhereTheLifeThatWasToldMayNotHaveHeard) {
  auto ring = this->create({.capacity = 8});
  this->beKilledAfter(ring, "risk", 2, 8);
  this->beKilledAfter(ring, "risk", 0, 4);
  this->expectLost(this->attach({.name = "risk"}), 2, 12);
}

TYPED_TEST(LostRecordsOfAName, AreNoneForAHeldOneAndForOneThatHasReadEverything) {
  auto ring = this->create({.capacity = 8});
  {
    auto in = this->attach({.name = "risk"});
    this->publish(ring, 0, 4);
    ASSERT_EQ(in.wait().size(), 4u);
    in.commit();
  }
  this->publish(ring, 4, 8);
  this->expectLost(this->attach({.name = "risk"}), 0, 0);
  {
    auto in = this->attach({.name = "journal", .onDeath = OnDeath::hold});
    this->publish(ring, 8, 12);
  }
  auto successor = this->attach({.name = "journal", .onDeath = OnDeath::hold});
  this->expectLost(successor, 0, 0);
  EXPECT_EQ(successor.next(), 8u);
}

TYPED_TEST(LostRecordsOfAName, AreThoseOfAnEvictionWithTheVoidBatch) {
  auto ring = this->create({.capacity = 4});
  const ConsumerOptions options{.name = "slow", .evictAfter = 1ms};
  {
    auto slow = this->attach(options);
    this->publish(ring, 0, 4);
    ASSERT_EQ(slow.wait().size(), 4u);
    ASSERT_EQ(slow.commit(1), Status::ok);
    EXPECT_EQ(slow.commitUpTo(0), Status::ok) << "asks, and commits nothing";
    this->publish(ring, 4, 20);
    EXPECT_EQ(slow.commitUpTo(0), Status::evicted);
    EXPECT_EQ(slow.commit(), Status::evicted);
    EXPECT_EQ(slow.lastCommitted(), 0u);
    EXPECT_EQ(slow.wait().status(), Status::evicted);
    slow.rewind();
    EXPECT_EQ(slow.tryWait().status(), Status::evicted);
  }
  this->expectLost(this->attach(options), 1, 19);
}

TYPED_TEST(LostRecordsOfAName, AreThoseOfAnEvictionOfAHeldConsumerToo) {
  const ConsumerOptions options{.name = "slow", .onDeath = OnDeath::hold, .evictAfter = 1ms};
  for (const bool goesBefore : {false, true}) {
    testing::SegmentName segment;
    auto ring = TypeParam::create(segment.str(), {.capacity = 4}).value();
    std::optional slow(TypeParam::attach(segment.str(), options).value());
    this->publish(ring, 0, 4);
    ASSERT_EQ(slow->wait().size(), 4u);
    ASSERT_EQ(slow->commit(1), Status::ok);
    if (goesBefore) slow.reset();
    this->publish(ring, 4, 20);
    slow.reset();
    this->expectLost(TypeParam::attach(segment.str(), options).value(), 1, 19);
  }
}

/// The first dies, the second runs dry after it, and both come again.
TYPED_TEST(LostRecordsOfAName, AreToldToAConsumerThatRanAfterADeadOneToo) {
  auto ring = this->create({.capacity = 1024});
  SharedNumber joined;
  ChildProcess risk([&] {
    auto in = this->attach({.name = "risk"});
    joined.set(1);
    std::uint64_t taken = 0;
    while (taken < 50) {
      taken += in.wait().size();
      if (in.commit() != Status::ok) return 1;
    }
    ::raise(SIGKILL);
    return 2;
  });
  ASSERT_TRUE(joined.reaches(1));
  {
    auto screen = this->attach({.name = "screen", .after = {"risk"}});
    this->publish(ring, 0, 50);
    ASSERT_EQ(risk.wait(), -1000 - SIGKILL);
    this->publish(ring, 50, 100);
    EXPECT_EQ(this->drain(screen), numbers(0, 50));
    EXPECT_EQ(screen.status(), Status::peerDied);
  }
  {
    const auto risk2 = this->attach({.name = "risk"});
    const auto screen2 = this->attach({.name = "screen", .after = {"risk"}});
    for (const auto* in : {&risk2, &screen2}) {
      this->expectLost(*in, 50, 50);
      EXPECT_EQ(in->next(), 100u);
    }
  }
  const auto risk3 = this->attach({.name = "risk"});
  this->expectLost(risk3, 0, 0);
  this->expectLost(this->attach({.name = "screen", .after = {"risk"}}), 0, 0);
}

}  // namespace
}  // namespace sluice::conformance
