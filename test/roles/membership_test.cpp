// Consumers that join and leave while the stream runs.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
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
  for (std::uint64_t n = 0; n < 10; ++n)
    publish(ring, n);
  auto early = Consumer<Tick>::attach(name.str(), {.startAt = StartAt::oldest}).value();
  EXPECT_EQ(early.wait().first(), 0u);
  early.commit(0);
  auto latest = Consumer<Tick>::attach(name.str()).value();
  EXPECT_EQ(latest.next(), 10u);
  EXPECT_EQ(latest.tryWait().status(), Status::timedOut);
  { const auto left = std::move(early); }
  { const auto left = std::move(latest); }
  for (std::uint64_t n = 10; n < 1000; ++n)
    publish(ring, n);
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
  for (std::uint64_t n = 0; n < 10; ++n)
    publish(ring, n);
  EXPECT_TRUE(Consumer<Tick>::attach(name.str(), {.name = "killed"}));
}

TEST(Membership, WithoutConsumersTheProducerRunsOnOrWaitsForOne) {
  SegmentName runs;
  auto free = Producer<Tick>::create(runs.str(), {.capacity = 4}).value();
  for (std::uint64_t n = 0; n < 100; ++n)
    publish(free, n);

  SegmentName waits;
  auto ring = Producer<Tick>::create(waits.str(),
                                     {.capacity = 4, .withoutConsumers = WithoutConsumers::wait})
                  .value();
  for (std::uint64_t n = 0; n < 4; ++n)
    publish(ring, n);
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
  for (std::uint64_t n = 0; n < records; ++n)
    publish(ring, n);
  ring.close();
  EXPECT_EQ(latest.wait(), 0);
  EXPECT_EQ(oldest.wait(), 0);
  EXPECT_EQ(always.wait(), 0);
}

TEST(RunsAfter, ARecordIsGivenOnlyWhenThoseBeforeHaveCommittedIt) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  auto one = Consumer<Tick>::attach(name.str(), {.name = "one"}).value();
  auto two = Consumer<Tick>::attach(name.str(), {.name = "two"}).value();
  auto last = Consumer<Tick>::attach(name.str(), {.name = "last", .after = {"one", "two"}}).value();
  for (std::uint64_t n = 0; n < 4; ++n)
    publish(ring, n);
  EXPECT_EQ(last.tryWait().status(), Status::timedOut);
  static_cast<void>(one.wait());
  one.commit(3);
  EXPECT_EQ(last.tryWait().status(), Status::timedOut);
  static_cast<void>(two.wait());
  two.commit(2);
  EXPECT_EQ(last.wait().size(), 2u);
  two.commit();
  EXPECT_EQ(last.wait().size(), 1u);
  const auto nobody = Consumer<Tick>::attach(name.str(), {.after = {"absent"}});
  ASSERT_FALSE(nobody);
  EXPECT_NE(nobody.error().message().find("absent"), std::string::npos);
}

TEST(RunsAfter, LearnsOfTheCloseAndOfAPeerThatLeaves) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  auto first = std::make_unique<Consumer<Tick>>(
      Consumer<Tick>::attach(name.str(), {.name = "first"}).value());
  auto last = Consumer<Tick>::attach(name.str(), {.name = "last", .after = {"first"}}).value();
  auto other = Consumer<Tick>::attach(name.str(), {.name = "other"}).value();
  auto end = Consumer<Tick>::attach(name.str(), {.name = "end", .after = {"other"}}).value();
  for (std::uint64_t n = 0; n < 3; ++n)
    publish(ring, n);
  static_cast<void>(first->wait());
  first->commit(2);
  first.reset();
  EXPECT_EQ(last.wait().size(), 2u);
  EXPECT_EQ(last.wait().status(), Status::peerLeft);
  ring.close();
  EXPECT_EQ(end.tryWait().status(), Status::timedOut);  // the others have not read it yet
  static_cast<void>(other.wait());
  other.commit();
  EXPECT_EQ(end.wait().size(), 3u);
  EXPECT_EQ(end.wait().status(), Status::closed);
}

TEST(RunsAfter, LearnsOfTheProducersDeathThoughItSleepsOnAnotherConsumer) {
  SegmentName name;
  SharedNumber created;
  ChildProcess producer([&] {
    const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    created.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(created.reaches(1));
  const auto first = Consumer<Tick>::attach(name.str(), {.name = "first"}).value();
  ChildProcess last([&] {
    auto in = Consumer<Tick>::attach(
                  name.str(), {.after = {"first"}, .waitStrategy = WaitStrategy::sleepAtOnce()})
                  .value();
    return in.wait().status() == Status::peerDied ? 0 : 1;
  });
  ASSERT_TRUE(testing::eventually([&] { return testing::isAsleepOnFutex(last.pid()); }));
  producer.signal(SIGKILL);
  EXPECT_EQ(last.wait(), 0);
}

TEST(RunsAfter, DrainsToTheCommitOfOneThatLeavesAtThatVeryMoment) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 16}).value();
  for (int round = 0; round < 500; ++round) {
    std::optional first(Consumer<Tick>::attach(name.str(), {.name = "first"}).value());
    auto second = Consumer<Tick>::attach(
                      name.str(), {.after = {"first"}, .waitStrategy = WaitStrategy::busySpin()})
                      .value();
    publish(ring, 0);
    ASSERT_EQ(first->wait().size(), 1u);
    std::jthread leaver([&] {
      first->commit();
      first.reset();
    });
    ASSERT_EQ(second.wait().size(), 1u) << "in round " << round;
    second.commit();
    ASSERT_EQ(second.wait().status(), Status::peerLeft);
  }
}

TEST(RunsAfter, DrainsToTheCommitOfOneThatLeftThoughOthersAttachMeanwhile) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 16}).value();
  auto first = std::make_unique<Consumer<Tick>>(
      Consumer<Tick>::attach(name.str(), {.name = "first"}).value());
  auto second = Consumer<Tick>::attach(name.str(), {.after = {"first"}}).value();
  for (std::uint64_t n = 0; n < 6; ++n)
    publish(ring, n);
  EXPECT_EQ(first->wait().size(), 6u);
  EXPECT_EQ(first->commit(), Status::ok);
  first.reset();
  const auto newcomer = Consumer<Tick>::attach(name.str(), {.name = "first"}).value();
  EXPECT_EQ(second.wait().size(), 6u);
  EXPECT_EQ(second.wait().status(), Status::peerLeft);
}

TEST(RunsAfter, APipelineOfSleepingProcessesCarriesTheStream) {
  SegmentName name;
  constexpr std::uint64_t records = 5'000;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 16}).value();
  SharedNumber joined;
  const auto stage = [&](const std::string& own, const std::vector<std::string>& after) {
    return [&joined, &name, own, after] {
      auto in = Consumer<Tick>::attach(
                    name.str(),
                    {.name = own, .after = after, .waitStrategy = WaitStrategy::sleepAtOnce()})
                    .value();
      joined.set(joined.get() + 1);
      std::uint64_t expected = 0;
      while (auto batch = in.wait()) {
        for (const Tick& tick : batch)
          if (tick.number != expected++ || !tick.isWhole()) return 1;
        in.commit();
      }
      return expected == records && in.status() == Status::closed ? 0 : 2;
    };
  };
  ChildProcess one(stage("one", {}));
  ASSERT_TRUE(joined.reaches(1));
  ChildProcess two(stage("two", {"one"}));
  ASSERT_TRUE(joined.reaches(2));
  ChildProcess three(stage("three", {"two"}));
  ASSERT_TRUE(joined.reaches(3));
  for (std::uint64_t n = 0; n < records; ++n)
    publish(ring, n);
  ring.close();
  EXPECT_EQ(one.wait(), 0);
  EXPECT_EQ(two.wait(), 0);
  EXPECT_EQ(three.wait(), 0);
}

}  // namespace
}  // namespace sluice
