// Consumers that run after others: which are refused, which are waited for, and which are blamed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
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
using ::testing::AllOf;
using testing::ChildProcess;
using ::testing::HasSubstr;
using testing::SegmentName;
using testing::SharedNumber;
using Names = std::vector<std::string>;

constexpr auto hold = OnDeath::hold;

Error refusalOf(const SegmentName& name, const ConsumerOptions& options) {
  const auto in = Consumer<Tick>::attach(name.str(), options);
  return in ? Error{} : in.error();
}

/// Leaves held rows of these names, each to run after those beside it.
struct Held {
  std::string name;
  Names after;
};
void leaveHeld(const SegmentName& name, const std::vector<Held>& consumers) {
  std::vector<Consumer<Tick>> all;
  for (const Held& held : consumers)
    all.push_back(Consumer<Tick>::attach(name.str(),
                                         {.name = held.name, .onDeath = hold, .after = held.after})
                      .value());
}

/// A process that has such a consumer until it is killed.
ChildProcess attachAndStay(const SegmentName& name, const ConsumerOptions& options) {
  return ChildProcess([&name, options] {
    const auto in = Consumer<Tick>::attach(name.str(), options).value();
    for (;;)
      ::pause();
    return 0;
  });
}

void kill(ChildProcess& process) {
  process.signal(SIGKILL);
  ASSERT_EQ(process.wait(), -1000 - SIGKILL);
}

TEST(RunsAfter, MoreThanSixtyFourNamesAreRefusedBeforeAnythingIsTouched) {
  SegmentName name;
  auto ring = create(name, 8);
  const auto first = Consumer<Tick>::attach(name.str(), {.name = "first"}).value();
  for (const std::size_t count : {65U, 68U, 481U, 5000U}) {
    const Error error = refusalOf(name, {.name = "last", .after = Names(count, "first")});
    EXPECT_EQ(error.code, ErrorCode::invalidArgument) << count;
    EXPECT_THAT(error.message(), AllOf(HasSubstr("after"), HasSubstr("64"))) << count;
  }
  EXPECT_EQ(ring.waitForConsumers({"last"}, 1ms), Status::timedOut);
  SegmentName absent;
  EXPECT_EQ(refusalOf(absent, {.after = Names(65, "first")}).code, ErrorCode::invalidArgument);
}

TEST(RunsAfter, ANameThatIsGivenSeveralTimesCountsOnce) {
  SegmentName name;
  auto ring = create(name, 8);
  auto first = Consumer<Tick>::attach(name.str(), {.name = "first"}).value();
  auto last = Consumer<Tick>::attach(name.str(), {.after = Names(64, "first")}).value();
  publish(ring, 0, 3);
  EXPECT_EQ(last.tryWait().status(), Status::timedOut);
  EXPECT_EQ(first.wait().size(), 3u);
  EXPECT_EQ(first.commit(), Status::ok);
  EXPECT_EQ(last.wait().size(), 3u);
}

TEST(RunsAfter, AllSixtyThreeOthersMayComeFirst) {
  SegmentName name;
  auto ring = create(name, 8, 64);
  std::vector<Consumer<Tick>> all;
  Names names;
  for (int i = 0; i < 63; ++i) {
    names.push_back("c" + std::to_string(i));
    all.push_back(Consumer<Tick>::attach(name.str(), {.name = names.back()}).value());
  }
  auto last = Consumer<Tick>::attach(name.str(), {.name = "last", .after = names}).value();
  publish(ring, 0);
  for (auto& in : all) {
    EXPECT_EQ(last.tryWait().status(), Status::timedOut);
    EXPECT_EQ(in.wait().size(), 1u);
    EXPECT_EQ(in.commit(), Status::ok);
  }
  EXPECT_EQ(last.wait().size(), 1u);
}

TEST(RunsAfter, AnEmptyNameIsRefusedThoughAConsumerHasNone) {
  SegmentName name;
  auto ring = create(name, 8);
  const auto unnamed = Consumer<Tick>::attach(name.str()).value();
  const Error error = refusalOf(name, {.name = "last", .after = {""}});
  EXPECT_EQ(error.code, ErrorCode::invalidArgument);
  EXPECT_EQ(error.field, "after");
  EXPECT_EQ(refusalOf(name, {.after = {"", "last"}}).code, ErrorCode::invalidArgument);
}

TEST(RunsAfter, AConsumerThatNamesItselfIsRefusedAlsoAsASuccessor) {
  SegmentName name;
  auto ring = create(name, 8);
  leaveHeld(name, {{"journal", {}}});
  for (const char* own : {"journal", "another"}) {
    const Error error = refusalOf(name, {.name = own, .onDeath = hold, .after = {own}});
    EXPECT_EQ(error.code, ErrorCode::invalidArgument);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("after"), HasSubstr(own)));
  }
  publish(ring, 0, 8);
  auto in = Consumer<Tick>::attach(name.str(), {.name = "journal"}).value();
  EXPECT_EQ(in.wait().size(), 8u) << "what was refused took nothing";
}

TEST(RunsAfter, ACycleThroughAHeldRowIsRefusedInWordsThatNameIt) {
  SegmentName name;
  auto ring = create(name, 8);
  ChildProcess a = attachAndStay(name, {.name = "a", .onDeath = hold});
  ASSERT_EQ(ring.waitForConsumers({"a"}, 60s), Status::ok);
  ChildProcess b = attachAndStay(name, {.name = "b", .onDeath = hold, .after = {"a"}});
  ASSERT_EQ(ring.waitForConsumers({"b"}, 60s), Status::ok);
  kill(a);
  const Error error = refusalOf(name, {.name = "a", .onDeath = hold, .after = {"b"}});
  EXPECT_EQ(error.code, ErrorCode::invalidArgument);
  EXPECT_THAT(error.message(), HasSubstr("'a' runs after 'b', which runs after 'a'"));
  kill(b);
  EXPECT_EQ(refusalOf(name, {.name = "a", .onDeath = hold, .after = {"b"}}).code,
            ErrorCode::invalidArgument);
  publish(ring, 0, 8);
  auto first = Consumer<Tick>::attach(name.str(), {.name = "a", .onDeath = hold}).value();
  auto second =
      Consumer<Tick>::attach(name.str(), {.name = "b", .onDeath = hold, .after = {"a"}}).value();
  EXPECT_EQ(first.wait().size(), 8u);
  EXPECT_EQ(first.commit(), Status::ok);
  EXPECT_EQ(second.wait().size(), 8u);
}

TEST(RunsAfter, ALongerCycleIsRefusedAndASecondWayIsNone) {
  SegmentName name;
  auto ring = create(name, 8);
  leaveHeld(name, {{"a", {}}, {"b", {"a"}}, {"c", {"a", "b"}}, {"d", {"c"}}});
  const Error error = refusalOf(name, {.name = "a", .onDeath = hold, .after = {"d"}});
  EXPECT_EQ(error.code, ErrorCode::invalidArgument);
  EXPECT_THAT(error.message(),
              HasSubstr("'a' runs after 'd', which runs after 'c', which runs after 'a'"));
  EXPECT_EQ(refusalOf(name, {.name = "b", .onDeath = hold, .after = {"c", "a"}}).code,
            ErrorCode::invalidArgument);
  const auto d = Consumer<Tick>::attach(name.str(), {.name = "d", .after = {"a", "b", "c"}});
  EXPECT_TRUE(d) << d.error().message();
}

TEST(RunsAfter, ASuccessorMayTurnTheOrderOnceNobodyRunsAfterItsRow) {
  SegmentName name;
  auto ring = create(name, 8);
  leaveHeld(name, {{"a", {}}, {"b", {"a"}}});
  ASSERT_TRUE(removeConsumer(name.str(), "b"));
  const auto b = Consumer<Tick>::attach(name.str(), {.name = "b"}).value();
  const auto a = Consumer<Tick>::attach(name.str(), {.name = "a", .after = {"b"}});
  EXPECT_TRUE(a) << a.error().message();
}

TEST(RunsAfter, OfTwoSuccessorsThatWouldCloseACycleTogetherNeverBothAreLetIn) {
  for (int round = 0; round < 30; ++round) {
    SegmentName name;
    auto ring = create(name, 8);
    leaveHeld(name, {{"a", {}}, {"b", {}}});
    SharedNumber go;
    SharedNumber done;
    const auto attach = [&](const char* own, const char* other) {
      return [&, own, other] {
        while (go.get() == 0) {
        }
        const auto in =
            Consumer<Tick>::attach(name.str(), {.name = own, .onDeath = hold, .after = {other}});
        (*done).fetch_add(1);
        done.reaches(2);
        return in ? 0 : 1;
      };
    };
    ChildProcess one(attach("a", "b"));
    ChildProcess two(attach("b", "a"));
    go.set(1);
    const int refusedOne = one.wait();
    const int refusedTwo = two.wait();
    EXPECT_GE(refusedOne + refusedTwo, 1) << round;
  }
}

TEST(RunsAfter, WaitsForItsUpstreamToAppearAsForTheSegmentAsleep) {
  SegmentName name;
  const ConsumerOptions options{.name = "last", .after = {"one", "two"}, .appearWithin = 60s};
  ChildProcess last([&] {
    auto in = Consumer<Tick>::attach(name.str(), options).value();
    return in.wait().size() == 2 ? 0 : 1;
  });
  auto ring = create(name, 8);
  auto one = Consumer<Tick>::attach(name.str(), {.name = "one"}).value();
  ASSERT_TRUE(testing::eventually([&] { return testing::isAsleepOnFutex(last.pid()); }));
  auto two = Consumer<Tick>::attach(name.str(), {.name = "two"}).value();
  ASSERT_EQ(ring.waitForConsumers({"last"}, 60s), Status::ok);
  publish(ring, 0, 2);
  for (auto* in : {&one, &two}) {
    EXPECT_EQ(in->wait().size(), 2u);
    EXPECT_EQ(in->commit(), Status::ok);
  }
  EXPECT_EQ(last.wait(), 0);
}

TEST(RunsAfter, ThatWaitsForItsUpstreamTakesNothingAndGivesUpAtItsLimit) {
  SegmentName name;
  auto ring = create(name, 8, 1);
  const auto before = std::chrono::steady_clock::now();
  const Error error = refusalOf(name, {.name = "last", .after = {"absent"}, .appearWithin = 30ms});
  EXPECT_GE(std::chrono::steady_clock::now() - before, 30ms);
  EXPECT_EQ(error.code, ErrorCode::timedOut);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("absent"), HasSubstr("appearWithin")));
  EXPECT_EQ(refusalOf(name, {.after = {"absent"}}).code, ErrorCode::notFound);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(refusalOf(name, {.after = {"absent"}, .appearWithin = stop.get_token()}).code,
            ErrorCode::stopped);
  ChildProcess waiter([&] {
    const auto in =
        Consumer<Tick>::attach(name.str(), {.name = "x", .after = {"one"}, .appearWithin = 60s});
    return in ? 1 : in.error().code == ErrorCode::full ? 0 : 2;
  });
  ASSERT_TRUE(testing::eventually([&] { return testing::isAsleepOnFutex(waiter.pid()); }));
  const auto one = Consumer<Tick>::attach(name.str(), {.name = "one"});
  EXPECT_TRUE(one) << "the only row is free: " << one.error().message();
  EXPECT_EQ(waiter.wait(), 0);
}

TEST(RunsAfter, WaitsForAnotherSegmentThatIsGivenTheName) {
  SegmentName name;
  std::optional ring(create(name, 8));
  ChildProcess last([&] {
    const ConsumerOptions options{.name = "last", .after = {"one"}, .appearWithin = 60s};
    auto in = Consumer<Tick>::attach(name.str(), options).value();
    return in.wait().size() == 1 ? 0 : 1;
  });
  ASSERT_TRUE(testing::eventually([&] { return testing::isAsleepOnFutex(last.pid()); }));
  ring.reset();
  ASSERT_TRUE(removeSegment(name.str()));
  ring.emplace(create(name, 8));
  auto one = Consumer<Tick>::attach(name.str(), {.name = "one"}).value();
  ASSERT_EQ(ring->waitForConsumers({"last"}, 60s), Status::ok);
  publish(*ring, 0);
  EXPECT_EQ(one.wait().size(), 1u);
  EXPECT_EQ(one.commit(), Status::ok);
  EXPECT_EQ(last.wait(), 0);
}

TEST(RunsAfter, ADeadConsumerThatIsNotHeldIsNotThere) {
  SegmentName name;
  auto ring = create(name, 8);
  ChildProcess first = attachAndStay(name, {.name = "first"});
  ASSERT_EQ(ring.waitForConsumers({"first"}, 60s), Status::ok);
  kill(first);
  EXPECT_TRUE(testing::eventually(
      [&] { return refusalOf(name, {.after = {"first"}}).code == ErrorCode::notFound; }));
}

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
