// Consumers that run after others: when they are given a record, and what they learn of the others.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "consumers_in_order.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using testing::ChildProcess;
using testing::SharedNumber;

TEST_F(RunsAfter, ARecordIsGivenOnlyWhenThoseBeforeHaveCommittedIt) {
  auto& ring = begin();
  auto one = attach({.name = "one"});
  auto two = attach({.name = "two"});
  auto last = attach({.name = "last", .after = {"one", "two"}});
  publish(ring, 0, 4);
  expectNothingFor(last);
  static_cast<void>(one.wait());
  one.commit(3);
  expectNothingFor(last);
  static_cast<void>(two.wait());
  two.commit(2);
  EXPECT_EQ(last.wait().size(), 2u);
  two.commit();
  EXPECT_EQ(last.wait().size(), 1u);
  EXPECT_NE(refusalOf({.after = {"absent"}}).message().find("absent"), std::string::npos);
}

TEST_F(RunsAfter, LearnsOfTheCloseAndOfAPeerThatLeaves) {
  auto& ring = begin();
  std::optional first(attach({.name = "first"}));
  auto last = attach({.name = "last", .after = {"first"}});
  auto other = attach({.name = "other"});
  auto end = attach({.name = "end", .after = {"other"}});
  publish(ring, 0, 3);
  static_cast<void>(first->wait());
  first->commit(2);
  first.reset();
  EXPECT_EQ(last.wait().size(), 2u);
  EXPECT_EQ(last.wait().status(), Status::peerLeft);
  ring.close();
  expectNothingFor(end);  // the others have not read it yet
  expectToRead(other, 3);
  EXPECT_EQ(end.wait().size(), 3u);
  EXPECT_EQ(end.wait().status(), Status::closed);
}

TEST_F(RunsAfter, LearnsOfTheProducersDeathThoughItSleepsOnAnotherConsumer) {
  const SharedNumber step;
  ChildProcess producer([&] {
    begin();
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  const auto first = attach({.name = "first"});
  ChildProcess last([&] {
    auto in = attach({.after = {"first"}, .waitStrategy = WaitStrategy::sleepAtOnce()});
    // Attaching sleeps too.
    step.set(2);
    return in.wait().status() == Status::peerDied ? 0 : 1;
  });
  ASSERT_TRUE(step.reaches(2));
  ASSERT_TRUE(testing::fallsAsleep(last.pid()));
  producer.signal(SIGKILL);
  EXPECT_EQ(last.wait(), 0);
}

TEST_F(RunsAfter, DrainsToTheCommitOfOneThatLeavesAtThatVeryMoment) {
  auto& ring = begin(16);
  for (int round = 0; round < 500; ++round) {
    std::optional first(attach({.name = "first"}));
    auto second = attach({.after = {"first"}, .waitStrategy = WaitStrategy::busySpin()});
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

TEST_F(RunsAfter, DrainsToTheCommitOfOneThatLeftThoughOthersAttachMeanwhile) {
  auto& ring = begin(16);
  std::optional first(attach({.name = "first"}));
  auto second = attach({.after = {"first"}});
  publish(ring, 0, 6);
  expectToRead(*first, 6);
  first.reset();
  const auto newcomer = attach({.name = "first"});
  EXPECT_EQ(second.wait().size(), 6u);
  EXPECT_EQ(second.wait().status(), Status::peerLeft);
}

/// Takes all records of a stream that is closed after so many of them; otherwise not 0.
int readToTheClose(Consumer<Tick>& in, std::uint64_t records) {
  std::uint64_t expected = 0;
  while (const auto batch = in.wait()) {
    for (const Tick& tick : batch)
      if (tick.number != expected++ || !tick.isWhole()) return 1;
    in.commit();
  }
  return expected == records && in.status() == Status::closed ? 0 : 2;
}

TEST_F(RunsAfter, APipelineOfSleepingProcessesCarriesTheStream) {
  constexpr std::uint64_t records = 5'000;
  auto& ring = begin(16);
  const auto stage = [&](const char* own, const Names& after) {
    ChildProcess process([&] {
      auto in = attach({.name = own, .after = after, .waitStrategy = WaitStrategy::sleepAtOnce()});
      return readToTheClose(in, records);
    });
    EXPECT_EQ(ring.waitForConsumers({own}, patience), Status::ok);
    return process;
  };
  ChildProcess one = stage("one", {});
  ChildProcess two = stage("two", {"one"});
  ChildProcess three = stage("three", {"two"});
  publish(ring, 0, records);
  ring.close();
  for (ChildProcess* process : {&one, &two, &three})
    EXPECT_EQ(process->wait(), 0);
}

}  // namespace
}  // namespace sluice
