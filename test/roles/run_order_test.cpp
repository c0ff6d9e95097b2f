// Consumers that run after others: which names may be given, and which cycles are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "sluice/sluice.hpp"
#include "staying_consumer.hpp"
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
using Names = std::vector<std::string>;

constexpr auto hold = OnDeath::hold;

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

}  // namespace
}  // namespace sluice
