// Many rings in one thread: room for producers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "message_stream.hpp"
#include "sluice/message.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"
#include "wait_set_rings.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::ElementsAre;
using testing::SegmentName;
using testing::SharedNumber;
using ::testing::UnorderedElementsAre;

TEST(WaitSet, WaitsForRoomOfProducers) {
  Rings rings(2, {.capacity = 4, .waitStrategy = WaitStrategy::sleepAtOnce()});
  WaitSet set = asleepAtOnce();
  for (auto& producer : rings.producers)
    set.add(producer);
  EXPECT_EQ(set.wait().size(), 2u);
  for (auto& producer : rings.producers)
    publish(producer, 0, 4);
  EXPECT_TRUE(set.tryWait().empty());
  EXPECT_EQ(set.wait(5ms).status(), Status::timedOut);
  std::jthread reader([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    EXPECT_EQ(rings.consumers[1].wait().size(), 4u);
    EXPECT_EQ(rings.consumers[1].commit(1), Status::ok);
  });
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(1, Status::ok)));
  EXPECT_NE(rings.producers[1].tryClaim(), nullptr);
  EXPECT_TRUE(set.tryWait().empty());
  rings.producers[0].close();
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::closed)));
}

TEST(WaitSet, WaitsForRoomForAMessageOfThatLength) {
  SegmentName name;
  auto ring = createSmall(name);
  auto in = MessageConsumer::attach(name.str()).value();
  WaitSet set = asleepAtOnce();
  const auto shortOne = set.add(ring, 8);
  const auto longOne = set.add(ring, 2048);
  const auto tooLong = set.add(ring, 4096);
  EXPECT_THAT(foundBy(set.wait()),
              UnorderedElementsAre(Found(shortOne, Status::ok), Found(longOne, Status::ok),
                                   Found(tooLong, Status::tooLarge)));
  set.remove(tooLong);
  for (int i = 0; i < 2; ++i)
    ring.send(std::string(2000, 'x'));
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(shortOne, Status::ok)));
  set.remove(shortOne);
  std::jthread reader([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    EXPECT_EQ(in.wait().size(), 2u);
    EXPECT_EQ(in.commit(), Status::ok);
  });
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(longOne, Status::ok)));
}

TEST(WaitSet, FindsRoomWhenTheConsumerInTheWayDiesOrStalls) {
  for (const auto evictAfter : {0ms, 20ms}) {
    SegmentName name;
    auto ring = create(name, 4);
    const SharedNumber step;
    ChildProcess reader([&] {
      auto in =
          Consumer<Tick>::attach(name.str(), {.name = "in", .evictAfter = evictAfter}).value();
      step.set(1);
      for (;;)
        ::pause();
      return 0;
    });
    ASSERT_TRUE(step.reaches(1));
    publish(ring, 0, 4);
    WaitSet set = asleepAtOnce();
    set.add(ring);
    if (evictAfter == 0ms) {
      EXPECT_TRUE(set.wait(5ms).empty());
      reader.signal(SIGKILL);
    }
    EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::ok)));
    EXPECT_NE(ring.tryClaim(), nullptr);
  }
}

TEST(WaitSet, FindsRoomWhenTheFirstConsumerOfAFullRingJoins) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(),
                                     {.capacity = 4, .withoutConsumers = WithoutConsumers::wait})
                  .value();
  publish(ring, 0, 4);
  WaitSet set = asleepAtOnce();
  set.add(ring);
  EXPECT_TRUE(set.wait(1ms).empty());
  std::jthread joiner([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    auto in = Consumer<Tick>::attach(name.str(), {.startAt = StartAt::oldest}).value();
    EXPECT_EQ(in.wait().size(), 4u);
    EXPECT_EQ(in.commit(), Status::ok);
    EXPECT_EQ(in.wait(60s).size(), 1u);
  });
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::ok)));
  publish(ring, 4);
}

}  // namespace
}  // namespace sluice
