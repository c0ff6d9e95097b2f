// Consumers that wait until those before them are there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stop_token>

#include "refusal.hpp"
#include "sluice/sluice.hpp"
#include "staying_consumer.hpp"
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

TEST(RunsAfter, WaitsForItsUpstreamToAppearAsForTheSegmentAsleep) {
  SegmentName name;
  const ConsumerOptions options{.name = "last", .after = {"one", "two"}, .appearWithin = 60s};
  ChildProcess last([&] {
    auto in = Consumer<Tick>::attach(name.str(), options).value();
    return in.wait().size() == 2 ? 0 : 1;
  });
  auto ring = create(name, 8);
  auto one = Consumer<Tick>::attach(name.str(), {.name = "one"}).value();
  ASSERT_TRUE(testing::fallsAsleep(last.pid()));
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
  ASSERT_TRUE(testing::fallsAsleep(waiter.pid()));
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
  ASSERT_TRUE(testing::fallsAsleep(last.pid()));
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

}  // namespace
}  // namespace sluice
