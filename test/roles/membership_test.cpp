// Consumers that join and leave while the stream runs.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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

TEST(Membership, SixtyFourConsumersAttachAndTheSixtyFifthIsToldSo) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  std::vector<Consumer<Tick>> all;
  for (int i = 0; i < 64; ++i)
    all.push_back(Consumer<Tick>::attach(name.str(), {.name = "c" + std::to_string(i)}).value());
  const auto extra = Consumer<Tick>::attach(name.str());
  ASSERT_FALSE(extra);
  EXPECT_EQ(extra.error().code, ErrorCode::full);
  EXPECT_EQ(extra.error().field, "consumerRows");
  for (std::uint64_t n = 0; n < 100; ++n) {
    publish(ring, n);
    for (auto& in : all) {
      ASSERT_EQ(in.wait().front().number, n);
      in.commit();
    }
  }
  all.pop_back();
  EXPECT_TRUE(Consumer<Tick>::attach(name.str(), {.name = "late"}));
}

TEST(Membership, TheLimitIsChosenAtCreation) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8, .maxConsumers = 2}).value();
  const auto one = Consumer<Tick>::attach(name.str());
  const auto two = Consumer<Tick>::attach(name.str());
  EXPECT_TRUE(one && two);
  EXPECT_EQ(Consumer<Tick>::attach(name.str()).error().code, ErrorCode::full);
}

TEST(Membership, ASecondLivingConsumerOfANameIsRefused) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  {
    const auto first = Consumer<Tick>::attach(name.str(), {.name = "risk"});
    ASSERT_TRUE(first);
    const auto second = Consumer<Tick>::attach(name.str(), {.name = "risk"});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::inUse);
    EXPECT_NE(second.error().message().find("risk"), std::string::npos);
    ChildProcess other(
        [&] { return Consumer<Tick>::attach(name.str(), {.name = "risk"}).has_value() ? 1 : 0; });
    EXPECT_EQ(other.wait(), 0);
  }
  EXPECT_TRUE(Consumer<Tick>::attach(name.str(), {.name = "risk"}));
  const auto tooLong = Consumer<Tick>::attach(name.str(), {.name = std::string(64, 'x')});
  ASSERT_FALSE(tooLong);
  EXPECT_EQ(tooLong.error().code, ErrorCode::invalidArgument);
}

TEST(Membership, ALateJoinerStartsAtTheLatestOrAtTheOldestThatIsWhole) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 64}).value();
  publish(ring, 0, 10);
  auto early = Consumer<Tick>::attach(name.str(), {.startAt = StartAt::oldest}).value();
  EXPECT_EQ(early.wait().first(), 0u);
  early.commit(0);
  auto latest = Consumer<Tick>::attach(name.str()).value();
  EXPECT_EQ(latest.next(), 10u);
  EXPECT_EQ(latest.tryWait().status(), Status::timedOut);
  { const auto left = std::move(early); }
  { const auto left = std::move(latest); }
  publish(ring, 10, 1000);
  auto oldest = Consumer<Tick>::attach(name.str(), {.startAt = StartAt::oldest}).value();
  const auto batch = oldest.wait();
  // At most an eighth of the ring is out of reach, because the producer may be about to write it.
  EXPECT_GE(batch.first(), 1000u - 64u);
  EXPECT_LE(batch.first(), 1000u - 64u + 8u);
  for (std::size_t i = 0; i < batch.size(); ++i)
    EXPECT_EQ(batch[i].number, batch.first() + i);
}

TEST(Membership, AProducerAsleepOnAFullRingIsWokenByTheOneThatLeaves) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(),
                                     {.capacity = 2, .waitStrategy = WaitStrategy::sleepAtOnce()})
                  .value();
  SharedNumber step;
  ChildProcess leaver([&] {
    auto in = Consumer<Tick>::attach(name.str(), {.name = "slow"}).value();
    return step.reaches(1) ? 0 : 1;
  });
  ASSERT_EQ(ring.waitForConsumers({"slow"}, 60s), Status::ok);
  publish(ring, 0);
  publish(ring, 1);
  EXPECT_EQ(ring.claimOne(WaitLimit::now()).status(), Status::timedOut);
  std::jthread later([&] { step.set(1); });
  ring.claimOne() = Tick::of(2);
  EXPECT_EQ(ring.publish(), Status::ok);
  EXPECT_EQ(leaver.wait(), 0);
}

TEST(Membership, AConsumerThatIsGoneWithoutLeavingStopsGating) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 2}).value();
  ChildProcess killed([&] {
    auto in = Consumer<Tick>::attach(name.str(), {.name = "killed"}).value();
    static_cast<void>(in.wait(100s));
    return 1;
  });
  ASSERT_EQ(ring.waitForConsumers({"killed"}, 60s), Status::ok);
  killed.signal(SIGKILL);
  EXPECT_EQ(killed.wait(), -1000 - SIGKILL);
  publish(ring, 0, 10);
  EXPECT_TRUE(Consumer<Tick>::attach(name.str(), {.name = "killed"}));
}

TEST(Membership, WithoutConsumersTheProducerRunsOnOrWaitsForOne) {
  SegmentName runs;
  auto free = Producer<Tick>::create(runs.str(), {.capacity = 4}).value();
  publish(free, 0, 100);

  SegmentName waits;
  auto ring = Producer<Tick>::create(waits.str(),
                                     {.capacity = 4, .withoutConsumers = WithoutConsumers::wait})
                  .value();
  publish(ring, 0, 4);
  EXPECT_EQ(ring.claimOne(1ms).status(), Status::timedOut);
  ChildProcess reader([&] {
    auto in = Consumer<Tick>::attach(waits.str(), {.startAt = StartAt::oldest}).value();
    for (std::uint64_t expected = 0; expected < 6;) {
      const auto batch = in.wait();
      for (const Tick& tick : batch)
        if (tick.number != expected++) return 1;
      in.commit();
    }
    return 0;
  });
  publish(ring, 4);
  publish(ring, 5);
  EXPECT_EQ(reader.wait(), 0);
}

TEST(Membership, WaitingForConsumersByNameEndsWithTheDeadlineOrTheStop) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 4}).value();
  const auto one = Consumer<Tick>::attach(name.str(), {.name = "one"}).value();
  EXPECT_EQ(ring.waitForConsumers({"one"}), Status::ok);
  EXPECT_EQ(ring.waitForConsumers({"one", "two"}, 1ms), Status::timedOut);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(ring.waitForConsumers({"one", "two"}, stop.get_token()), Status::stopped);
}

TEST(Membership, NothingIsLostToJoinersAndLeaversUnderLoad) {
  SegmentName name;
  constexpr std::uint64_t records = 60'000;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 32}).value();
  const auto comeAndGo = [&](StartAt startAt) {
    for (int turn = 0; turn < 100; ++turn) {
      auto in = Consumer<Tick>::attach(name.str(), {.startAt = startAt}).value();
      std::uint64_t expected = in.next();
      for (int batches = 0; batches < 5; ++batches) {
        const auto batch = in.wait(100s);
        if (!batch) return batch.status() == Status::closed ? 0 : 1;
        if (batch.first() != expected) return 2;
        for (const Tick& tick : batch)
          if (tick.number != expected++ || !tick.isWhole()) return 3;
        in.commit();
      }
    }
    return 0;
  };
  ChildProcess latest([&] { return comeAndGo(StartAt::latest); });
  ChildProcess oldest([&] { return comeAndGo(StartAt::oldest); });
  ChildProcess always([&] {
    auto in = Consumer<Tick>::attach(name.str(), {.name = "always"}).value();
    std::uint64_t expected = 0;
    while (auto batch = in.wait()) {
      for (const Tick& tick : batch)
        if (tick.number != expected++ || !tick.isWhole()) return 4;
      in.commit();
    }
    return expected == records && in.status() == Status::closed ? 0 : 5;
  });
  ASSERT_EQ(ring.waitForConsumers({"always"}, 60s), Status::ok);
  publish(ring, 0, records);
  ring.close();
  EXPECT_EQ(latest.wait(), 0);
  EXPECT_EQ(oldest.wait(), 0);
  EXPECT_EQ(always.wait(), 0);
}

}  // namespace
}  // namespace sluice
