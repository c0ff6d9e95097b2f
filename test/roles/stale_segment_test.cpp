// Segments whose producer is dead or has left, for readers that want a living one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include "left_behind.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::HasSubstr;
using testing::SegmentName;

constexpr auto living = AttachTo::livingProducer;
const ProducerOptions plain{.capacity = 8};

TEST(StaleSegment, IsNotThereForAConsumerThatWantsALivingProducer) {
  for (const End end : {End::left, End::died, End::closed}) {
    SegmentName name;
    leaveBehind(name, end);
    const auto now = Consumer<Tick>::attach(name.str(), {.attachTo = living});
    ASSERT_FALSE(now);
    EXPECT_EQ(now.error().code, ErrorCode::notFound);
    EXPECT_THAT(now.error().message(), HasSubstr("producer"));
    EXPECT_EQ(Observer<Tick>::attach(name.str(), {.attachTo = living}).error().code,
              ErrorCode::notFound);
    const auto late =
        Consumer<Tick>::attach(name.str(), {.attachTo = living, .appearWithin = 20ms});
    EXPECT_EQ(late.error().code, ErrorCode::timedOut);
    EXPECT_TRUE(Consumer<Tick>::attach(name.str())) << "by default it is taken as it is";
    EXPECT_TRUE(Observer<Tick>::attach(name.str()));
  }
  SegmentName absent;
  EXPECT_EQ(Consumer<Tick>::attach(absent.str(), {.attachTo = living}).error().code,
            ErrorCode::notFound);
}

/// Waits asleep for a living producer, and ends well with the record of that number.
ChildProcess waitForRecord(const SegmentName& name, std::uint64_t number) {
  return ChildProcess([&name, number] {
    const ConsumerOptions options{.name = "reader", .attachTo = living, .appearWithin = 60s};
    auto in = Consumer<Tick>::attach(name.str(), options).value();
    const auto batch = in.wait(60s);
    return batch && batch.front().number == number ? 0 : 1;
  });
}

TEST(StaleSegment, IsTakenOnceASuccessorHasTakenOver) {
  for (const End end : {End::left, End::died}) {
    SegmentName name;
    leaveBehind(name, end);
    ChildProcess reader = waitForRecord(name, 2);
    ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
    auto ring = Producer<Tick>::open(name.str(), {.takeOverWithin = 60s}).value();
    ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
    publish(ring, 2);
    EXPECT_EQ(reader.wait(), 0);
  }
}

TEST(StaleSegment, IsLeftForANewSegmentOfItsName) {
  for (const End end : {End::left, End::died, End::closed}) {
    SegmentName name;
    leaveBehind(name, end);
    ChildProcess reader = waitForRecord(name, 9);
    ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
    ProducerOptions options = plain;
    options.whenTaken = WhenTaken::replace;
    auto ring = Producer<Tick>::create(name.str(), options).value();
    ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
    publish(ring, 9);
    EXPECT_EQ(reader.wait(), 0);
  }
}

TEST(StaleSegment, OfAnotherRecordIsNotThereEither) {
  SegmentName name;
  { const auto old = Producer<std::uint64_t>::create(name.str(), plain).value(); }
  ChildProcess reader = waitForRecord(name, 9);
  ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
  ASSERT_TRUE(removeSegment(name.str()));
  auto ring = create(name, 8);
  ASSERT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::ok);
  publish(ring, 9);
  EXPECT_EQ(reader.wait(), 0);
}

TEST(StaleSegment, AnObserverWaitsForALivingProducerToo) {
  SegmentName name;
  leaveBehind(name, End::closed);
  ChildProcess reader([&] {
    const ObserverOptions options{
        .startAt = StartAt::oldest, .attachTo = living, .appearWithin = 60s};
    auto in = Observer<Tick>::attach(name.str(), options).value();
    return in.wait(60s).record.number == 9 ? 0 : 1;
  });
  ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
  auto ring = Producer<Tick>::createOrOpen(name.str(), plain).value();
  publish(ring, 9);
  EXPECT_EQ(reader.wait(), 0);
}

}  // namespace
}  // namespace sluice
