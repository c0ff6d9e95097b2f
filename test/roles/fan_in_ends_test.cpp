// How a reader of many rings outlives their producers, and they it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "fan_in.hpp"
#include "support/child_process.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::SharedNumber;
using ::testing::UnorderedElementsAre;

/// What of a stream a collector was given and has committed, in order, told by a child.
ChildProcess collect(const RingDirectory& rings, const SharedNumber& taken, std::uint64_t most) {
  return ChildProcess([&rings, &taken, most] {
    auto in = rings.open(rings.options(OnDeath::hold));
    for (;;) {
      const auto event = in.wait();
      for (const Tick& tick : event.batch()) {
        if (tick.number != taken.get()) return 1;
        if (taken.get() < most) taken.set(tick.number + 1);
      }
      // What comes after the last one is given, and not committed.
      if (taken.get() < most) in.commit();
    }
    return 0;
  });
}

TEST(FanInEnds, ThatIsHeldLosesNothingByARestart) {
  RingDirectory rings;
  auto options = rings.producerOptions(8);
  options.withoutConsumers = WithoutConsumers::wait;
  auto ring = Producer<Tick>::create("log-1", options).value();
  publish(ring, 0, 8);
  const SharedNumber taken;
  {
    auto collector = collect(rings, taken, 20);
    publish(ring, 8, 19);
    ASSERT_TRUE(taken.reaches(19));
    collector.signal(SIGKILL);
    EXPECT_LT(collector.wait(), 0);
  }
  publish(ring, 19, 22);
  auto in = rings.open(rings.options(OnDeath::hold));
  Told told;
  takeAll(in, told);
  EXPECT_THAT(told.numbers["log-1"], ::testing::Not(IsEmpty()));
  EXPECT_LE(told.numbers["log-1"].front(), 19u);
  EXPECT_EQ(told.numbers["log-1"], numbersFrom(told.numbers["log-1"].front(), 22));
}

TEST(FanInEnds, LosesNothingOfAProducerThatIsKilledAndStartedAgain) {
  RingDirectory rings;
  auto in = rings.open();
  Told told;
  std::uint64_t sent = 0;
  for (int life = 0; life < 3; ++life) {
    const SharedNumber step;
    ChildProcess producer([&] {
      auto options = rings.producerOptions(8);
      options.withoutConsumers = WithoutConsumers::wait;
      options.takeOverWithin = 60s;
      auto ring = Producer<Tick>::createOrOpen("log-1", options).value();
      publish(ring, sent, sent + 20);
      step.set(1);
      for (;;)
        ::pause();
      return 0;
    });
    ASSERT_TRUE(eventuallyTold(in, told, [&] { return step.get() == 1; }));
    producer.signal(SIGKILL);
    EXPECT_LT(producer.wait(), 0);
    sent += 20;
  }
  EXPECT_TRUE(eventuallyTold(in, told, [&] { return told.numbers["log-1"].size() >= sent; }));
  EXPECT_EQ(told.numbers["log-1"], numbersFrom(0, sent));
  EXPECT_THAT(told.ended, IsEmpty());
  EXPECT_EQ(in.size(), 1u);
}

TEST(FanInEnds, TellsAnEndOnceAfterEverythingThatWasPublished) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  auto in = rings.open();
  publish(ring, 1);
  ring.close();
  auto event = in.wait();
  ASSERT_EQ(event.news(), FanInNews::records);
  const std::uint64_t number = event.ring().number;
  in.commit();
  event = in.wait();
  EXPECT_EQ(event.news(), FanInNews::ended);
  EXPECT_EQ(event.status(), Status::closed);
  EXPECT_EQ(event.ring().name, "log-1");
  EXPECT_EQ(event.ring().number, number);
  EXPECT_TRUE(event.batch().empty());
  EXPECT_EQ(in.size(), 0u);
  EXPECT_EQ(in.wait(20ms).status(), Status::timedOut);
  EXPECT_TRUE(rings.has("log-1"));
  // The directory tells of it once more, and it is no other ring for that.
  std::filesystem::permissions(rings.pathOf("log-1"), std::filesystem::perms(0600));
  EXPECT_EQ(in.wait(20ms).status(), Status::timedOut);
}

TEST(FanInEnds, RemovesAClosedRingWhenItIsToldTo) {
  RingDirectory rings;
  std::optional<Producer<Tick>> ring = rings.create("log-1");
  auto options = rings.options(OnDeath::hold);
  options.removeClosed = true;
  auto in = rings.open(options);
  publish(*ring, 1);
  ring->close();
  Told told;
  ASSERT_TRUE(eventuallyTold(in, told, [&] { return !told.ended.empty(); }));
  // Its producer is there still.
  EXPECT_EQ(in.wait(20ms).status(), Status::timedOut);
  EXPECT_TRUE(rings.has("log-1"));
  ring.reset();
  // Its lease file goes after its name.
  EXPECT_TRUE(testing::eventually([&] { return std::filesystem::is_empty(rings.path()); }));
  EXPECT_THAT(told.ended, ElementsAre(Pair("log-1", Status::closed)));
  EXPECT_EQ(told.numbers["log-1"], numbersFrom(1, 2));
}

TEST(FanInEnds, KeepsAnEndedRingUntilItIsCommitted) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  publish(ring, 1, 3);
  ring.close();
  for (const bool commits : {false, true}) {
    auto in = rings.open(rings.options(OnDeath::hold));
    EXPECT_EQ(in.wait().batch().size(), 2u);
    const auto event = in.wait();
    EXPECT_EQ(event.news(), FanInNews::ended);
    EXPECT_EQ(event.status(), Status::closed);
    if (commits) {
      EXPECT_EQ(in.commit(), Status::ok);
    }
  }
  // Nothing of it is given again, and its end is.
  auto in = rings.open(rings.options(OnDeath::hold));
  EXPECT_EQ(in.wait().news(), FanInNews::ended);
}

TEST(FanInEnds, LetsGoOfARingWithoutAProducerWhereThatIsAnEnd) {
  RingDirectory rings;
  auto options = rings.options(OnDeath::hold);
  options.withoutProducer = WithoutProducer::end;
  auto in = rings.open(options);
  Told told;
  {
    auto ring = rings.create("log-left");
    publish(ring, 1);
  }
  ChildProcess producer([&] {
    auto ring = rings.create("log-killed");
    publish(ring, 2);
    ::raise(SIGKILL);
    return 0;
  });
  producer.wait();
  EXPECT_TRUE(eventuallyTold(in, told, [&] { return told.ended.size() == 2; }));
  EXPECT_THAT(told.ended, UnorderedElementsAre(Pair("log-left", Status::peerLeft),
                                               Pair("log-killed", Status::peerDied)));
  EXPECT_THAT(told.numbers, UnorderedElementsAre(Pair("log-left", ElementsAre(1)),
                                                 Pair("log-killed", ElementsAre(2))));
  EXPECT_EQ(in.size(), 0u);
  // It holds nobody back: a successor has the whole ring.
  auto successor = Producer<Tick>::open("log-left", {.directory = rings.path()}).value();
  publish(successor, 0, 20);
}

TEST(FanInEnds, TellsAnEndWhenNoSuccessorCanCome) {
  RingDirectory rings;
  std::optional<Producer<Tick>> ring = rings.create("log-1");
  auto in = rings.open();
  publish(*ring, 1);
  ring.reset();
  Told told;
  takeAll(in, told);
  EXPECT_THAT(told.ended, IsEmpty());
  ASSERT_TRUE(removeSegment("log-1", {.directory = rings.path(), .evenIfInUse = true}));
  EXPECT_TRUE(eventuallyTold(in, told, [&] { return !told.ended.empty(); }));
  EXPECT_THAT(told.ended, ElementsAre(Pair("log-1", Status::peerLeft)));
}

TEST(FanInEnds, TellsWhatCameBeforeItJoined) {
  RingDirectory rings;
  auto lapped = rings.create("log-lapped", 8);
  auto whole = rings.create("log-whole", 8);
  publish(lapped, 0, 100);
  publish(whole, 0, 3);
  {
    auto in = rings.open(rings.options(OnDeath::hold));
    for (int i = 0; i < 2; ++i) {
      const auto event = in.wait();
      ASSERT_EQ(event.news(), FanInNews::records);
      const LostRecords lost = event.ring().lost;
      EXPECT_EQ(lost.first, 0u);
      EXPECT_EQ(lost.count, event.batch().first());
      EXPECT_EQ(lost.count != 0, event.ring().name == "log-lapped");
      in.commit();
    }
  }
  // What its predecessor was given is not lost.
  publish(lapped, 100);
  auto in = rings.open();
  const auto event = in.wait();
  ASSERT_EQ(event.news(), FanInNews::records);
  EXPECT_EQ(event.ring().name, "log-lapped");
  EXPECT_EQ(event.ring().lost.count, 0u);
}

TEST(FanInEnds, JoinsARingAgainThatHasGoneOnWithoutIt) {
  RingDirectory rings;
  auto ring = rings.create("log-1", 4);
  auto options = rings.options();
  options.evictAfter = 20ms;
  auto in = rings.open(options);
  publish(ring, 0, 4);
  EXPECT_EQ(in.wait().batch().size(), 4u);
  publish(ring, 4, 20);  // goes on without it
  EXPECT_EQ(in.commit(), Status::evicted);
  auto event = in.wait();
  EXPECT_EQ(event.news(), FanInNews::ended);
  EXPECT_EQ(event.status(), Status::evicted);
  EXPECT_EQ(event.ring().number, 0u);
  event = in.wait();
  ASSERT_EQ(event.news(), FanInNews::records);
  EXPECT_EQ(event.ring().name, "log-1");
  EXPECT_EQ(event.ring().number, 1u);
  EXPECT_EQ(event.ring().lost.first, 0u);
  EXPECT_EQ(event.ring().lost.count, event.batch().first());
  EXPECT_EQ(event.batch().last(), 19u);
}

}  // namespace
}  // namespace sluice
