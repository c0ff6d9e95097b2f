// Segments whose stream was closed, and what takes their name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>

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
using testing::SharedNumber;

const ProducerOptions plain{.capacity = 8};

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
  ASSERT_TRUE(testing::fallsAsleep(morning.pid()));
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
    auto in =
        Consumer<Tick>::attach(name.str(), {.name = "reader", .attachTo = AttachTo::livingProducer})
            .value();
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

}  // namespace
}  // namespace sluice
