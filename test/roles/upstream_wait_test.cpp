// Consumers that wait until those before them are there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <stop_token>

#include "consumers_in_order.hpp"
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

/// "last" in another process, which waits for its upstream and ends well with that many records.
ChildProcess readAfter(const SegmentName& name, const Names& upstream, std::size_t records) {
  return ChildProcess([&] {
    const ConsumerOptions options{.name = "last", .after = upstream, .appearWithin = 60s};
    auto in = Consumer<Tick>::attach(name.str(), options).value();
    return in.wait().size() == records ? 0 : 1;
  });
}

TEST_F(RunsAfter, WaitsForItsUpstreamToAppearAsForTheSegmentAsleep) {
  ChildProcess last = readAfter(name_, {"one", "two"}, 2);
  auto& ring = begin();
  auto one = attach({.name = "one"});
  ASSERT_TRUE(testing::fallsAsleep(last.pid()));
  auto two = attach({.name = "two"});
  ASSERT_EQ(ring.waitForConsumers({"last"}, patience), Status::ok);
  publish(ring, 0, 2);
  expectToRead(one, 2);
  expectToRead(two, 2);
  EXPECT_EQ(last.wait(), 0);
}

TEST_F(RunsAfter, ThatWaitsForItsUpstreamTakesNothingAndGivesUpAtItsLimit) {
  begin(8, 1);
  const auto before = std::chrono::steady_clock::now();
  const Error error = refusalOf({.name = "last", .after = {"absent"}, .appearWithin = 30ms});
  EXPECT_GE(std::chrono::steady_clock::now() - before, 30ms);
  EXPECT_EQ(error.code, ErrorCode::timedOut);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("absent"), HasSubstr("appearWithin")));
  EXPECT_EQ(refusalOf({.after = {"absent"}}).code, ErrorCode::notFound);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(refusalOf({.after = {"absent"}, .appearWithin = stop.get_token()}).code,
            ErrorCode::stopped);
  ChildProcess waiter([&] {
    const Error refusal = refusalOf({.name = "x", .after = {"one"}, .appearWithin = 60s});
    return refusal.code == ErrorCode::full ? 0 : 1;
  });
  ASSERT_TRUE(testing::fallsAsleep(waiter.pid()));
  const auto one = tryToAttach({.name = "one"});
  EXPECT_TRUE(one) << "the only row is free: " << one.error().message();
  EXPECT_EQ(waiter.wait(), 0);
}

TEST_F(RunsAfter, WaitsForAnotherSegmentThatIsGivenTheName) {
  begin();
  ChildProcess last = readAfter(name_, {"one"}, 1);
  ASSERT_TRUE(testing::fallsAsleep(last.pid()));
  auto& ring = begin();
  auto one = attach({.name = "one"});
  ASSERT_EQ(ring.waitForConsumers({"last"}, patience), Status::ok);
  publish(ring, 0);
  expectToRead(one, 1);
  EXPECT_EQ(last.wait(), 0);
}

TEST_F(RunsAfter, ADeadConsumerThatIsNotHeldIsNotThere) {
  begin();
  ChildProcess first = attachElsewhere({.name = "first"});
  kill(first);
  EXPECT_TRUE(testing::eventually(
      [&] { return refusalOf({.after = {"first"}}).code == ErrorCode::notFound; }));
}

}  // namespace
}  // namespace sluice
