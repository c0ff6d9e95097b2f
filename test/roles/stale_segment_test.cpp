// Segments whose producer is dead, has left or has closed the stream; and segments without a name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <thread>

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
using ::testing::HasSubstr;
using testing::SegmentName;
using testing::SharedNumber;

constexpr auto living = AttachTo::livingProducer;
const ProducerOptions plain{.capacity = 8};

enum class End { left, died, closed };

/// Makes a segment of that name, with two records, whose producer is gone.
void leaveBehind(const SegmentName& name, End end) {
  ChildProcess producer([&] {
    auto ring = create(name, 8);
    publish(ring, 0, 2);
    if (end == End::died) ::raise(SIGKILL);
    if (end == End::closed) ring.close();
    return 0;
  });
  ASSERT_EQ(producer.wait(), end == End::died ? -1000 - SIGKILL : 0);
}

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

void expectAsleep(const ChildProcess& process) {
  ASSERT_TRUE(testing::eventually([&] { return testing::isAsleepOnFutex(process.pid()); }));
}

TEST(StaleSegment, IsTakenOnceASuccessorHasTakenOver) {
  for (const End end : {End::left, End::died}) {
    SegmentName name;
    leaveBehind(name, end);
    ChildProcess reader = waitForRecord(name, 2);
    expectAsleep(reader);
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
    expectAsleep(reader);
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
  expectAsleep(reader);
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
  expectAsleep(reader);
  auto ring = Producer<Tick>::createOrOpen(name.str(), plain).value();
  publish(ring, 9);
  EXPECT_EQ(reader.wait(), 0);
}

TEST(ClosedStream, IsReplacedByCreateOrOpen) {
  SegmentName name;
  leaveBehind(name, End::closed);
  auto old = Consumer<Tick>::attach(name.str(), {.startAt = StartAt::oldest}).value();
  auto ring = Producer<Tick>::createOrOpen(name.str(), {.capacity = 16});
  ASSERT_TRUE(ring) << ring.error().message();
  EXPECT_EQ(ring->lastPublished(), noSequence);
  EXPECT_EQ(ring->capacity(), 16u);
  auto in = Consumer<Tick>::attach(name.str()).value();
  publish(*ring, 7);
  EXPECT_EQ(in.wait().front().number, 7u);
  EXPECT_EQ(old.wait().size(), 2u) << "a reader that was attached to the old one goes on there";
  EXPECT_EQ(old.wait().status(), Status::closed);
}

TEST(ClosedStream, IsReplacedByCreateOrOpenThoughItsRecordWasAnother) {
  SegmentName name;
  Producer<std::uint64_t>::create(name.str(), plain).value().close();
  EXPECT_TRUE(Producer<Tick>::createOrOpen(name.str(), plain));
  EXPECT_EQ(Producer<std::uint64_t>::createOrOpen(name.str(), plain).error().code,
            ErrorCode::recordMismatch);
}

TEST(ClosedStream, IsNotReplacedWhileAHeldRowHasRecordsToRead) {
  SegmentName name;
  {
    auto ring = create(name, 8);
    auto in = Consumer<Tick>::attach(name.str(), {.name = "journal", .onDeath = OnDeath::hold});
    publish(ring, 0, 2);
    ring.close();
  }
  const auto refused = Producer<Tick>::createOrOpen(name.str(), plain);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::inUse);
  EXPECT_THAT(refused.error().message(), HasSubstr("journal"));
  {
    auto in = Consumer<Tick>::attach(name.str(), {.name = "journal"}).value();
    EXPECT_EQ(in.wait().size(), 2u);
    EXPECT_EQ(in.commit(), Status::ok);
  }
  EXPECT_TRUE(Producer<Tick>::createOrOpen(name.str(), plain));
}

TEST(ClosedStream, IsReplacedOnceTheProducerThatClosedItIsGone) {
  SegmentName name;
  SharedNumber step;
  ChildProcess evening([&] {
    auto ring = create(name, 8);
    ring.close();
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  EXPECT_EQ(Producer<Tick>::createOrOpen(name.str(), plain).error().code, ErrorCode::inUse);
  ProducerOptions patient = plain;
  patient.takeOverWithin = 20ms;
  EXPECT_EQ(Producer<Tick>::createOrOpen(name.str(), patient).error().code, ErrorCode::timedOut);
  ChildProcess morning([&] {
    patient.takeOverWithin = 60s;
    return Producer<Tick>::createOrOpen(name.str(), patient).value().capacity() == 8 ? 0 : 1;
  });
  expectAsleep(morning);
  evening.signal(SIGKILL);
  EXPECT_EQ(morning.wait(), 0);
}

TEST(ClosedStream, IsReplacedOnceTheProducerThatClosedItHasLeft) {
  SegmentName name;
  std::optional evening(create(name, 8));
  evening->close();
  std::jthread morning([&] {
    ProducerOptions patient = plain;
    patient.takeOverWithin = 60s;
    EXPECT_TRUE(Producer<Tick>::createOrOpen(name.str(), patient));
  });
  evening.reset();
}

TEST(ClosedStream, OneAfterAnotherGoThroughManyDays) {
  SegmentName name;
  for (std::uint64_t day = 0; day < 20; ++day) {
    auto ring = Producer<Tick>::createOrOpen(name.str(), plain).value();
    auto in = Consumer<Tick>::attach(name.str(), {.name = "reader", .attachTo = living}).value();
    publish(ring, day);
    EXPECT_EQ(in.wait().front().number, day);
    EXPECT_EQ(in.commit(), Status::ok);
    ring.close();
  }
}

TEST(ClosedStream, IsReplacedOnlyIfClosedWhereThatIsAskedFor) {
  SegmentName name;
  ProducerOptions options = plain;
  options.whenTaken = WhenTaken::replaceClosed;
  EXPECT_TRUE(Producer<Tick>::create(name.str(), options)) << "there is none";
  EXPECT_EQ(Producer<Tick>::create(name.str(), options).error().code, ErrorCode::alreadyExists);
  Producer<Tick>::open(name.str()).value().close();
  EXPECT_TRUE(Producer<Tick>::create(name.str(), options));
}

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
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(in.wait(60s).status(), expected);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
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
