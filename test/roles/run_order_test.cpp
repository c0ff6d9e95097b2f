// Consumers that run after others: which names may be given, and which cycles are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "consumers_in_order.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
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

TEST_F(RunsAfter, MoreThanSixtyFourNamesAreRefusedBeforeAnythingIsTouched) {
  auto& ring = begin();
  const auto first = attach({.name = "first"});
  for (const std::size_t count : {65U, 68U, 481U, 5000U}) {
    const Error error = refusalOf({.name = "last", .after = Names(count, "first")});
    EXPECT_EQ(error.code, ErrorCode::invalidArgument) << count;
    EXPECT_THAT(error.message(), AllOf(HasSubstr("after"), HasSubstr("64"))) << count;
  }
  EXPECT_EQ(ring.waitForConsumers({"last"}, 1ms), Status::timedOut);
  const SegmentName absent;
  const auto nowhere = Consumer<Tick>::attach(absent.str(), {.after = Names(65, "first")});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::invalidArgument);
}

TEST_F(RunsAfter, ANameThatIsGivenSeveralTimesCountsOnce) {
  auto& ring = begin();
  auto first = attach({.name = "first"});
  auto last = attach({.after = Names(64, "first")});
  publish(ring, 0, 3);
  expectNothingFor(last);
  expectToRead(first, 3);
  expectToRead(last, 3);
}

TEST_F(RunsAfter, AllSixtyThreeOthersMayComeFirst) {
  auto& ring = begin(8, 64);
  std::vector<Consumer<Tick>> all;
  Names names;
  for (int i = 0; i < 63; ++i) {
    names.push_back("c" + std::to_string(i));
    all.push_back(attach({.name = names.back()}));
  }
  auto last = attach({.name = "last", .after = names});
  publish(ring, 0);
  for (auto& in : all) {
    expectNothingFor(last);
    expectToRead(in, 1);
  }
  expectToRead(last, 1);
}

TEST_F(RunsAfter, AnEmptyNameIsRefusedThoughAConsumerHasNone) {
  begin();
  const auto unnamed = attach({});
  const Error error = refusalOf({.name = "last", .after = {""}});
  EXPECT_EQ(error.code, ErrorCode::invalidArgument);
  EXPECT_EQ(error.field, "after");
  EXPECT_EQ(refusalOf({.after = {"", "last"}}).code, ErrorCode::invalidArgument);
}

TEST_F(RunsAfter, AConsumerThatNamesItselfIsRefusedAlsoAsASuccessor) {
  auto& ring = begin();
  leaveHeld({{"journal", {}}});
  for (const char* own : {"journal", "another"}) {
    const Error error = refusalOf({.name = own, .onDeath = hold, .after = {own}});
    EXPECT_EQ(error.code, ErrorCode::invalidArgument);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("after"), HasSubstr(own)));
  }
  publish(ring, 0, 8);
  auto in = attach({.name = "journal"});
  EXPECT_EQ(in.wait().size(), 8u) << "what was refused took nothing";
}

TEST_F(RunsAfter, ACycleThroughAHeldRowIsRefusedInWordsThatNameIt) {
  auto& ring = begin();
  ChildProcess a = attachElsewhere({.name = "a", .onDeath = hold});
  ChildProcess b = attachElsewhere({.name = "b", .onDeath = hold, .after = {"a"}});
  const ConsumerOptions closesTheCycle{.name = "a", .onDeath = hold, .after = {"b"}};
  kill(a);
  const Error error = refusalOf(closesTheCycle);
  EXPECT_EQ(error.code, ErrorCode::invalidArgument);
  EXPECT_THAT(error.message(), HasSubstr("'a' runs after 'b', which runs after 'a'"));
  kill(b);
  EXPECT_EQ(refusalOf(closesTheCycle).code, ErrorCode::invalidArgument);
  publish(ring, 0, 8);
  auto first = attach({.name = "a", .onDeath = hold});
  auto second = attach({.name = "b", .onDeath = hold, .after = {"a"}});
  expectToRead(first, 8);
  expectToRead(second, 8);
}

TEST_F(RunsAfter, ALongerCycleIsRefusedAndASecondWayIsNone) {
  begin();
  leaveHeld({{"a", {}}, {"b", {"a"}}, {"c", {"a", "b"}}, {"d", {"c"}}});
  const std::uint32_t before = membership();
  const Error error = refusalOf({.name = "a", .onDeath = hold, .after = {"d"}});
  EXPECT_EQ(error.code, ErrorCode::invalidArgument);
  EXPECT_THAT(error.message(),
              HasSubstr("'a' runs after 'd', which runs after 'c', which runs after 'a'"));
  EXPECT_EQ(membership(), before) << "nobody is told of a consumer that is refused";
  EXPECT_EQ(refusalOf({.name = "b", .onDeath = hold, .after = {"c", "a"}}).code,
            ErrorCode::invalidArgument);
  const auto d = tryToAttach({.name = "d", .after = {"a", "b", "c"}});
  EXPECT_TRUE(d) << d.error().message();
}

TEST_F(RunsAfter, ASuccessorMayTurnTheOrderOnceNobodyRunsAfterItsRow) {
  begin();
  leaveHeld({{"a", {}}, {"b", {"a"}}});
  ASSERT_TRUE(removeConsumer(name_.str(), "b"));
  const auto b = attach({.name = "b"});
  const auto a = tryToAttach({.name = "a", .after = {"b"}});
  EXPECT_TRUE(a) << a.error().message();
}

TEST_F(RunsAfter, OfTwoSuccessorsThatWouldCloseACycleTogetherNeverBothAreLetIn) {
  for (int round = 0; round < 30; ++round) {
    begin();
    leaveHeld({{"a", {}}, {"b", {}}});
    const SharedNumber go;
    const SharedNumber done;
    const auto attachAfter = [&](const char* own, const char* other) {
      return [&, own, other] {
        while (go.get() == 0) {
        }
        const auto in = tryToAttach({.name = own, .onDeath = hold, .after = {other}});
        (*done).fetch_add(1);
        done.reaches(2);
        return in ? 0 : 1;
      };
    };
    ChildProcess one(attachAfter("a", "b"));
    ChildProcess two(attachAfter("b", "a"));
    go.set(1);
    const int refusedOne = one.wait();
    const int refusedTwo = two.wait();
    EXPECT_GE(refusedOne + refusedTwo, 1) << round;
  }
}

}  // namespace
}  // namespace sluice
