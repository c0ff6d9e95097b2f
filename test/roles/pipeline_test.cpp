// Consumers that run after others: when they are given a record, and what they learn of the others.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

TEST(RunsAfter, ARecordIsGivenOnlyWhenThoseBeforeHaveCommittedIt) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  auto one = Consumer<Tick>::attach(name.str(), {.name = "one"}).value();
  auto two = Consumer<Tick>::attach(name.str(), {.name = "two"}).value();
  auto last = Consumer<Tick>::attach(name.str(), {.name = "last", .after = {"one", "two"}}).value();
  publish(ring, 0, 4);
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
  publish(ring, 0, 3);
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
  ASSERT_TRUE(testing::fallsAsleep(last.pid()));
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
  publish(ring, 0, 6);
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
  publish(ring, 0, records);
  ring.close();
  EXPECT_EQ(one.wait(), 0);
  EXPECT_EQ(two.wait(), 0);
  EXPECT_EQ(three.wait(), 0);
}

}  // namespace
}  // namespace sluice
