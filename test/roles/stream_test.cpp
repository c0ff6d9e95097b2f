// Records from one process to others: nothing lost, nothing doubled, nothing torn.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/threads_after_fork.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;

template <class L>
class StreamOf : public ::testing::Test {
 protected:
  using TickProducer = Producer<Tick, L>;
  using TickConsumer = Consumer<Tick, L>;

  /// Reads ticks 0 to count - 1 in their order and then the end; 0 if all was well.
  static int readAll(const std::string& segment, const ConsumerOptions& options,
                     std::uint64_t count, std::size_t commitEach) {
    auto in = TickConsumer::attach(segment, options).value();
    std::uint64_t expected = 0;
    while (auto batch = in.wait()) {
      if (batch.first() != expected) return 1;
      std::size_t n = 0;
      for (const Tick& tick : batch) {
        if (tick.number != expected || !tick.isWhole()) return 2;
        ++expected;
        if (++n % commitEach == 0 && in.commit(n) != Status::ok) return 3;
      }
      if (in.commit() != Status::ok) return 4;
    }
    if (expected != count) return 5;
    return in.status() == Status::closed ? 0 : 6;
  }

  SegmentName name;
};
using Layouts = ::testing::Types<stamped, packed>;
TYPED_TEST_SUITE(StreamOf, Layouts);

TYPED_TEST(StreamOf, ThreeProcessesReadEveryRecordOnceAndInOrder) {
  constexpr std::uint64_t records = 100'000;
  auto ring = TestFixture::TickProducer::create(this->name.str(), {.capacity = 64}).value();
  std::vector<ChildProcess> readers;
  for (const std::string reader : {"one", "two", "three"}) {
    readers.emplace_back([this, reader] {
      return this->readAll(this->name.str(), {.name = reader, .startAt = StartAt::oldest}, records,
                           reader.size());
    });
  }
  ASSERT_EQ(ring.waitForConsumers({"one", "two", "three"}, 60s), Status::ok);
  for (std::uint64_t n = 0; n < records;) {
    if (n % 3 == 0) {
      ring.claimOne() = Tick::of(n++);
    } else {
      for (Tick& tick : ring.claimUpTo(std::min(n % 11 + 1, records - n)))
        tick = Tick::of(n++);
    }
    ASSERT_EQ(ring.publish(), Status::ok);
  }
  ring.close();
  for (ChildProcess& reader : readers)
    EXPECT_EQ(reader.wait(), 0);
}

TYPED_TEST(StreamOf, EveryWaitStrategyCarriesTheStream) {
  constexpr std::uint64_t records = 3'000;
  for (const WaitStrategy& strategy : {WaitStrategy::spinThenYield(), WaitStrategy::spinThenSleep(),
                                       WaitStrategy::sleepAtOnce()}) {
    SegmentName segment;
    auto ring =
        TestFixture::TickProducer::create(segment.str(), {.capacity = 8, .waitStrategy = strategy})
            .value();
    ChildProcess reader([&] {
      return this->readAll(segment.str(),
                           {.name = "reader", .startAt = StartAt::oldest, .waitStrategy = strategy},
                           records, 1);
    });
    ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
    for (std::uint64_t n = 0; n < records; ++n) {
      ring.claimOne() = Tick::of(n);
      ring.publish();
    }
    ring.close();
    EXPECT_EQ(reader.wait(), 0);
  }
}

TYPED_TEST(StreamOf, ABatchNeverCrossesTheEndOfTheRing) {
  auto ring = TestFixture::TickProducer::create(this->name.str(), {.capacity = 8}).value();
  auto in = TestFixture::TickConsumer::attach(this->name.str()).value();
  for (Tick& tick : ring.claimUpTo(6))
    tick = Tick::of(0);
  ring.publish();
  ASSERT_EQ(in.wait().size(), 6u);
  in.commit();
  auto claimed = ring.claimUpTo(6);
  EXPECT_EQ(claimed.size(), 2u);
  EXPECT_EQ(claimed.first(), 6u);
  claimed = ring.claimUpTo(6);
  EXPECT_EQ(claimed.first(), 8u);
  EXPECT_EQ(claimed.size(), 6u);
  ring.publish();
  EXPECT_EQ(in.wait().size(), 2u);
  auto batch = in.wait();
  EXPECT_EQ(batch.first(), 8u);
  EXPECT_EQ(batch.size(), 6u);
  EXPECT_EQ(batch.last(), 13u);
}

TYPED_TEST(StreamOf, WaitReturnsWhatFollowsEvenWithoutACommit) {
  auto ring = TestFixture::TickProducer::create(this->name.str(), {.capacity = 8}).value();
  auto in = TestFixture::TickConsumer::attach(this->name.str()).value();
  for (std::uint64_t n = 0; n < 4; ++n) {
    ring.claimOne() = Tick::of(n);
    ring.publish();
    const auto batch = in.wait();
    ASSERT_EQ(batch.first(), n);
    ASSERT_EQ(batch.front().number, n);
  }
  EXPECT_EQ(in.lastCommitted(), noSequence);
  EXPECT_EQ(in.commit(), Status::ok);
  EXPECT_EQ(in.lastCommitted(), 3u);
}

TYPED_TEST(StreamOf, CommittingPartOfABatchFreesThatPartOnly) {
  auto ring = TestFixture::TickProducer::create(this->name.str(), {.capacity = 4}).value();
  auto in = TestFixture::TickConsumer::attach(this->name.str()).value();
  for (Tick& tick : ring.claimUpTo(4))
    tick = Tick::of(1);
  ring.publish();
  ASSERT_EQ(in.wait().size(), 4u);
  EXPECT_EQ(ring.claimOne(WaitLimit::now()).status(), Status::timedOut);
  in.commit(3);
  EXPECT_EQ(in.lastCommitted(), 2u);
  EXPECT_EQ(ring.claimUpTo(4, WaitLimit::now()).size(), 3u);
  EXPECT_EQ(ring.claimOne(WaitLimit::now()).status(), Status::timedOut);
  EXPECT_EQ(in.tryWait().status(), Status::timedOut);  // nothing is returned twice
  in.commit(99);
  EXPECT_EQ(in.lastCommitted(), 3u);
  in.commit(1);  // what is committed stays so
  EXPECT_EQ(in.lastCommitted(), 3u);
}

TYPED_TEST(StreamOf, PublishingPartOfAClaimKeepsTheRestClaimed) {
  auto ring = TestFixture::TickProducer::create(this->name.str(), {.capacity = 8}).value();
  auto in = TestFixture::TickConsumer::attach(this->name.str()).value();
  std::uint64_t n = 0;
  for (Tick& tick : ring.claimUpTo(5))
    tick = Tick::of(n++);
  EXPECT_EQ(ring.publishFirst(2), Status::ok);
  EXPECT_EQ(ring.lastPublished(), 1u);
  EXPECT_EQ(ring.lastClaimed(), 4u);
  EXPECT_EQ(in.wait().size(), 2u);
  EXPECT_EQ(in.tryWait().status(), Status::timedOut);
  EXPECT_EQ(ring.publishFirst(0), Status::ok);
  ring.claimOne() = Tick::of(n++);
  EXPECT_EQ(ring.publishFirst(99), Status::ok);
  const auto batch = in.wait();
  ASSERT_EQ(batch.size(), 4u);
  EXPECT_EQ(batch.back().number, 5u);
  EXPECT_EQ(ring.publish(), Status::ok);  // nothing to publish is no error
}

TEST(PackedBatch, IsASpan) {
  SegmentName name;
  auto ring = Producer<Tick, packed>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Tick, packed>::attach(name.str()).value();
  auto claimed = ring.claimUpTo(3);
  const std::span<Tick> slots = claimed;
  for (std::size_t i = 0; i < slots.size(); ++i)
    slots[i] = Tick::of(i);
  ring.publish();
  const auto batch = in.wait();
  const std::span<const Tick> ticks = batch;
  ASSERT_EQ(ticks.size(), 3u);
  EXPECT_EQ(ticks[2].number, 2u);
}

TEST(Stream, EveryFormOfEveryWaitSaysWhyItIsEmpty) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 2}).value();
  auto in = Consumer<Tick>::attach(name.str()).value();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(in.tryWait().status(), Status::timedOut);
  EXPECT_EQ(in.wait(1ms).status(), Status::timedOut);
  EXPECT_EQ(in.wait(std::chrono::steady_clock::now() + 1ms).status(), Status::timedOut);
  EXPECT_EQ(in.wait(stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(in.status(), Status::stopped);
  static_cast<void>(ring.claimUpTo(2));
  ring.publish();
  EXPECT_EQ(ring.claimOne(1ms).status(), Status::timedOut);
  EXPECT_EQ(ring.claimUpTo(2, stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(in.wait(stop.get_token()).status(), Status::stopped);  // before what is there
  EXPECT_EQ(in.wait(std::chrono::steady_clock::now() - 1ms).size(), 2u);
}

TEST(Stream, AStopWakesWhoSleepsWhateverItSleepsOn) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 2}).value();
  const auto asleep = WaitStrategy::sleepAtOnce();
  auto first =
      Consumer<Tick>::attach(name.str(), {.name = "first", .waitStrategy = asleep}).value();
  auto second =
      Consumer<Tick>::attach(name.str(), {.after = {"first"}, .waitStrategy = asleep}).value();
  const auto stopWhileAsleep = [](const auto& wait) {
    std::stop_source stop;
    const pid_t waiter = ::getpid();
    std::jthread stopper([&] {
      testing::eventually([&] { return testing::isAsleepOnFutex(waiter); });
      stop.request_stop();
    });
    return wait(stop.get_token());
  };
  EXPECT_EQ(stopWhileAsleep([&](auto stop) { return first.wait(stop).status(); }), Status::stopped);
  EXPECT_EQ(stopWhileAsleep([&](auto stop) { return second.wait(stop).status(); }),
            Status::stopped);
  static_cast<void>(ring.claimUpTo(2));
  ring.publish();
  EXPECT_EQ(stopWhileAsleep([&](auto stop) { return ring.claimOne(stop).status(); }),
            Status::stopped);
}

TEST(Stream, CloseEndsItForGoodOnceEverythingIsDrained) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Tick>::attach(name.str()).value();
  ring.claimOne() = Tick::of(7);
  ring.publish();
  ring.claimOne() = Tick::of(8);  // claimed and never published: given up
  ring.close();
  EXPECT_THROW(ring.claimOne(), Exception);
  EXPECT_EQ(ring.claimOne(WaitLimit()).status(), Status::closed);
  EXPECT_EQ(ring.publish(), Status::closed);
  ring.close();
  const auto batch = in.wait();
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch.front().number, 7u);
  in.commit();
  EXPECT_EQ(in.wait().status(), Status::closed);
  EXPECT_EQ(in.status(), Status::closed);
}

TEST(Stream, AProducerThatLeavesIsNotTakenForOneThatCloses) {
  SegmentName name;
  auto in = [&] {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    auto consumer = Consumer<Tick>::attach(name.str()).value();
    ring.claimOne() = Tick::of(1);
    ring.publish();
    return consumer;
  }();
  EXPECT_EQ(in.wait().size(), 1u);
  EXPECT_EQ(in.wait().status(), Status::peerLeft);
}

TEST(Stream, ASleepingConsumerOfAnotherProcessIsWokenByTheEnd) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  ChildProcess reader([&] {
    auto in = Consumer<Tick>::attach(
                  name.str(), {.name = "reader", .waitStrategy = WaitStrategy::sleepAtOnce()})
                  .value();
    return in.wait().status() == Status::closed ? 0 : 1;
  });
  ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
}

TEST(Stream, WhoNeverSleepsStillLearnsThatTheOtherSideDied) {
  SegmentName name;
  ChildProcess producer([&] {
    auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    static_cast<void>(ring.waitForConsumers({"reader"}));
    ::raise(SIGKILL);
    return 1;
  });
  auto in = Consumer<Tick>::attach(
                name.str(),
                {.name = "reader", .appearWithin = 60s, .waitStrategy = WaitStrategy::busySpin()})
                .value();
  EXPECT_EQ(in.wait().status(), Status::peerDied);
  EXPECT_EQ(producer.wait(), -1000 - SIGKILL);
}

}  // namespace
}  // namespace sluice
