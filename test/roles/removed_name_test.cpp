// Participants of a segment that has lost its name.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "left_behind.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::SegmentName;
using testing::SharedNumber;

using Reader = Consumer<Tick>;

TEST(RemovedName, EndsAConsumerThatStaysOnceTheProducerIsGone) {
  for (const End end : {End::left, End::died}) {
    SegmentName name;
    leaveBehind(name, end);
    const ConsumerOptions options{.startAt = StartAt::oldest,
                                  .withoutProducer = WithoutProducer::stay,
                                  .waitStrategy = WaitStrategy::sleepAtOnce()};
    auto in = Reader::attach(name.str(), options).value();
    EXPECT_EQ(in.wait().size(), 2u);
    EXPECT_EQ(in.wait(600ms).status(), Status::timedOut) << "it has its name";
    ASSERT_TRUE(removeSegment(name.str(), {.evenIfInUse = true}));
    const Status expected = end == End::left ? Status::peerLeft : Status::peerDied;
    EXPECT_EQ(in.wait(60s).status(), expected);
    EXPECT_EQ(in.tryWait().status(), expected) << "and again";
  }
}

TEST(RemovedName, DoesNotEndAConsumerThatStaysWhileTheProducerLives) {
  SegmentName name;
  std::optional ring(create(name, 8));
  auto in = Reader::attach(name.str(), {.withoutProducer = WithoutProducer::stay}).value();
  ASSERT_TRUE(removeSegment(name.str(), {.evenIfInUse = true}));
  EXPECT_EQ(in.wait(600ms).status(), Status::timedOut);
  publish(*ring, 0);
  EXPECT_EQ(in.wait(60s).size(), 1u);
  ring.reset();
  EXPECT_EQ(in.wait(60s).status(), Status::peerLeft);
}

TEST(RemovedName, EndsAPollAndAnObserverThatStay) {
  SegmentName name;
  leaveBehind(name, End::died);
  auto in = Reader::attach(name.str(), {.withoutProducer = WithoutProducer::stay}).value();
  auto out = Observer<Tick>::attach(name.str(), {.withoutProducer = WithoutProducer::stay}).value();
  ASSERT_TRUE(removeSegment(name.str(), {.evenIfInUse = true}));
  EXPECT_TRUE(testing::eventually([&] { return in.tryWait().status() == Status::peerDied; }));
  EXPECT_EQ(out.wait(60s).status, Status::peerDied);
}

TEST(RemovedName, EndsAWaitForConsumersAndForARow) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(),
                                     {.capacity = 4, .withoutConsumers = WithoutConsumers::wait})
                  .value();
  publish(ring, 0, 4);
  SharedNumber waiting;
  std::jthread remover([&] {
    EXPECT_TRUE(waiting.reaches(1));
    EXPECT_TRUE(removeSegment(name.str(), {.evenIfInUse = true}));
  });
  EXPECT_EQ(ring.waitForConsumers({}, 60s), Status::ok);
  waiting.set(1);
  EXPECT_EQ(ring.waitForConsumers({"reader"}, 60s), Status::peerLeft);
  EXPECT_EQ(ring.waitForConsumers({}, 60s), Status::ok);
  EXPECT_EQ(ring.claimOne(60s).status(), Status::peerLeft);
}

TEST(RemovedName, LeavesNoSuccessorToWaitForToAHeldRow) {
  SegmentName name;
  auto ring = create(name, 4);
  const ConsumerOptions held{.name = "held", .onDeath = OnDeath::hold};
  { const auto gone = Reader::attach(name.str(), held).value(); }
  auto last = Reader::attach(name.str(), {.name = "last", .after = {"held"}}).value();
  publish(ring, 0, 4);
  EXPECT_EQ(ring.claimOne(600ms).status(), Status::timedOut);
  ASSERT_TRUE(removeSegment(name.str(), {.evenIfInUse = true, .evenIfHeld = true}));
  EXPECT_EQ(last.wait(60s).status(), Status::peerDied);
  last.resign();
  EXPECT_EQ(ring.claimOne(60s).status(), Status::ok);
}

}  // namespace
}  // namespace sluice
