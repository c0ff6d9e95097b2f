// Every ring of a directory whose name matches, in one thread.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fan_in.hpp"
#include "message_stream.hpp"
#include "sluice/message_fan_in.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/sanitizers.hpp"
#include "support/system_call_filter.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::SharedNumber;
using ::testing::UnorderedElementsAre;

TEST(FanIn, ReadsEveryRingWhoseNameMatches) {
  RingDirectory rings;
  auto first = rings.create("log-1");
  auto second = rings.create("log-2");
  auto other = rings.create("other");
  publish(first, 1, 3);
  publish(second, 5);
  publish(other, 9);
  auto in = rings.open();
  EXPECT_EQ(in.size(), 2u);
  Told told;
  takeAll(in, told);
  EXPECT_THAT(told.numbers, UnorderedElementsAre(Pair("log-1", ElementsAre(1, 2)),
                                                 Pair("log-2", ElementsAre(5))));
  EXPECT_EQ(in.tryWait().status(), Status::timedOut);
}

TEST(FanIn, IsWokenByARingThatAppearsLaterAndByItsRecords) {
  RingDirectory rings;
  auto in = rings.open();
  const SharedNumber taken;
  std::jthread producer([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    auto later = rings.create("log-later");
    publish(later, 1);
    EXPECT_TRUE(taken.reaches(1));
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    publish(later, 2);
    EXPECT_TRUE(taken.reaches(2));
  });
  for (std::uint64_t number : {1u, 2u}) {
    const auto event = in.wait();
    ASSERT_EQ(event.news(), FanInNews::records);
    EXPECT_EQ(event.ring().name, "log-later");
    EXPECT_EQ(event.batch()[0].number, number);
    EXPECT_EQ(in.commit(), Status::ok);
    taken.set(number);
  }
  EXPECT_EQ(in.size(), 1u);
}

TEST(FanIn, ServesItsRingsInTurn) {
  RingDirectory rings;
  std::list<Producer<Tick>> producers;
  for (const std::string name : {"log-a", "log-b", "log-c"})
    publish(producers.emplace_back(rings.create(name, 64)), 0, name == "log-b" ? 50 : 3);
  auto options = rings.options();
  options.maxBatch = 1;
  auto in = rings.open(options);
  std::string order;
  for (int i = 0; i < 12; ++i) {
    order += in.wait().ring().name.back();
    in.commit();
  }
  EXPECT_EQ(order.substr(3, 6), order.substr(0, 3) + order.substr(0, 3));
  EXPECT_EQ(order.substr(9), "bbb");
}

TEST(FanIn, TellsAnEndThoughAnotherRingIsAlwaysReady) {
  RingDirectory rings;
  auto busy = rings.create("log-busy", 1024);
  auto over = rings.create("log-over");
  publish(busy, 0, 1024);
  over.close();
  auto options = rings.options();
  options.maxBatch = 1;
  auto in = rings.open(options);
  std::uint64_t given = 0;
  for (auto event = in.wait(); event.news() == FanInNews::records; event = in.wait())
    ++given;
  EXPECT_LT(given, 1000u);
}

TEST(FanIn, CommitsAllRingsAtOnce) {
  RingDirectory rings;
  auto first = rings.create("log-1");
  auto second = rings.create("log-2");
  publish(first, 0, 8);
  publish(second, 0, 8);
  auto in = rings.open();
  EXPECT_EQ(in.wait().batch().size(), 8u);
  EXPECT_EQ(in.wait().batch().size(), 8u);
  EXPECT_TRUE(first.tryClaim() == nullptr && second.tryClaim() == nullptr);
  EXPECT_EQ(in.commitAll(), Status::ok);
  EXPECT_TRUE(first.tryClaim() != nullptr && second.tryClaim() != nullptr);
  EXPECT_EQ(in.commitAll(), Status::ok);
}

TEST(FanIn, TakesASegmentThatIsCreatedAnewForAnotherRing) {
  RingDirectory rings;
  auto old = rings.create("log-1");
  auto in = rings.open();
  publish(old, 0, 8);
  old.close();
  ASSERT_TRUE(removeSegment("log-1", {.directory = rings.path(), .evenIfInUse = true}));
  auto fresh = rings.create("log-1");
  publish(fresh, 100);
  std::map<std::uint64_t, std::vector<std::uint64_t>> given;
  std::vector<std::uint64_t> ended;
  while (given.size() < 2 || ended.empty()) {
    const auto event = in.wait();
    EXPECT_EQ(event.ring().name, "log-1");
    for (const Tick& tick : event.batch())
      given[event.ring().number].push_back(tick.number);
    if (event.news() == FanInNews::ended) ended.push_back(event.ring().number);
    in.commit();
  }
  EXPECT_THAT(given, ElementsAre(Pair(0, numbersFrom(0, 8)), Pair(1, ElementsAre(100))));
  EXPECT_THAT(ended, ElementsAre(0));
}

TEST(FanIn, KnowsARingUnderAnotherName) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  auto in = rings.open();
  std::filesystem::create_hard_link(rings.pathOf("log-1"), rings.pathOf("log-2"));
  std::filesystem::rename(rings.pathOf("log-1"), rings.pathOf("log-3"));
  auto last = rings.create("log-last");
  ASSERT_EQ(last.waitForConsumers({"collector"}, 60s), Status::ok);
  publish(ring, 1);
  Told told;
  ASSERT_TRUE(eventuallyTold(in, told, [&] { return in.size() == 2; }));
  EXPECT_THAT(told.numbers, UnorderedElementsAre(Pair("log-1", ElementsAre(1))));
  EXPECT_THAT(told.refused, IsEmpty());
}

TEST(FanIn, IsOverWithItsLimit) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  auto in = rings.open();
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(in.wait(20ms).status(), Status::timedOut);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 20ms);
  std::stop_source stop;
  std::jthread stopper([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    stop.request_stop();
  });
  EXPECT_EQ(in.wait(stop.get_token()).status(), Status::stopped);
  publish(ring, 1);
  EXPECT_EQ(in.wait(stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(in.tryWait().batch().size(), 1u);
}

std::ptrdiff_t threadsOfThisProcess() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST(FanIn, HasItsThreadAndItsDescriptorsNoLongerThanItLives) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  // The first one and the keeper, and the sanitizer's; a thread of a test before may be about to
  // end.
  constexpr std::ptrdiff_t threads = testing::underThreadSanitizer ? 3 : 2;
  EXPECT_TRUE(testing::eventually([&] { return threadsOfThisProcess() == threads; }));
  const auto descriptors = testing::openDescriptors();
  {
    auto in = rings.open();
    EXPECT_EQ(in.wait(1ms).status(), Status::timedOut);
    EXPECT_EQ(threadsOfThisProcess(), threads + 1);
  }
  EXPECT_TRUE(testing::eventually([&] { return threadsOfThisProcess() == threads; }));
  EXPECT_EQ(testing::openDescriptors(), descriptors);
}

TEST(FanIn, IsDetachedWhenMovedFromAndInAForkedChild) {
  RingDirectory rings;
  auto ring = rings.create("log-1");
  auto in = rings.open();
  auto moved = std::move(in);
  EXPECT_EQ(in.wait().status(), Status::detached);
  EXPECT_EQ(in.commit(), Status::detached);
  EXPECT_EQ(in.commitAll(), Status::detached);
  EXPECT_EQ(in.size(), 0u);
  publish(ring, 1);
  ChildProcess child([&] {
    const bool isDetached = moved.commit() == Status::detached &&
                            moved.wait().status() == Status::detached &&
                            moved.tryWait().news() == FanInNews::none;
    const auto gone = std::move(moved);
    return isDetached ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(moved.wait().batch().size(), 1u);
}

TEST(FanIn, ReadsRingsOfMessages) {
  RingDirectory rings;
  auto records = rings.create("log-records");
  auto ring =
      MessageProducer::create("log-1", {.capacity = 16, .producer = rings.producerOptions()})
          .value();
  ring.send("one");
  ring.send(std::string(200, 'x'));
  auto in = MessageFanIn::open("log-*", rings.options()).value();
  EXPECT_EQ(in.size(), 1u);
  auto event = in.wait();
  EXPECT_EQ(event.news(), FanInNews::refused);
  EXPECT_EQ(event.ring().name, "log-records");
  EXPECT_EQ(event.error().code, ErrorCode::recordMismatch);
  event = in.wait();
  ASSERT_EQ(event.batch().size(), 2u);
  EXPECT_EQ(textOf(event.batch()[0]), "one");
  EXPECT_EQ(textOf(event.batch()[1]), std::string(200, 'x'));
  EXPECT_EQ(in.commit(), Status::ok);
  ring.close();
  EXPECT_EQ(in.wait().status(), Status::closed);
}

TEST(FanIn, ReadsMoreRingsThanOneThreadCanSleepOn) {
  constexpr std::uint64_t count = 150;
  RingDirectory rings;
  const SharedNumber made;
  ChildProcess producers([&] {
    std::list<Producer<Tick>> all;
    for (std::uint64_t i = 0; i < count; ++i) {
      publish(all.emplace_back(rings.create("log-" + std::to_string(i), 2)), i);
      made.set(i + 1);
    }
    for (auto& one : all) {
      if (one.waitForConsumers({"collector"}, 60s) != Status::ok) return 1;
      one.close();
    }
    return 0;
  });
  ASSERT_TRUE(made.reaches(count / 2));
  auto in = rings.open();
  std::uint64_t sum = 0;
  std::uint64_t given = 0;
  for (std::uint64_t ended = 0; ended < count;) {
    const auto event = in.wait(60s);
    ASSERT_TRUE(event.news() == FanInNews::records || event.news() == FanInNews::ended)
        << nameOf(event.status()) << event.error().message();
    for (const Tick& tick : event.batch())
      sum += tick.number;
    given += event.batch().size();
    if (event.news() == FanInNews::ended) ++ended;
    in.commit();
  }
  EXPECT_EQ(given, count);
  EXPECT_EQ(sum, count * (count - 1) / 2);
  EXPECT_EQ(in.size(), 0u);
  EXPECT_EQ(producers.wait(), 0);
}

TEST(FanIn, LooksForRingsItselfWhereTheDirectoryTellsNothing) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  RingDirectory rings;
  const SharedNumber step;
  ChildProcess reader([&] {
    testing::forbidSystemCall(SYS_inotify_init1, testing::Refusal::withError(EMFILE));
    auto in = rings.open();
    step.set(1);
    const auto event = in.wait(60s);
    if (event.batch().size() != 1) return 1;
    in.commit();
    return in.wait(60s).status() == Status::closed ? 0 : 2;
  });
  ASSERT_TRUE(step.reaches(1));
  auto ring = rings.create("log-1");
  publish(ring, 1);
  ASSERT_EQ(ring.waitForConsumers({"collector"}, 60s), Status::ok);
  ring.close();
  EXPECT_EQ(reader.wait(), 0);
}

TEST(FanIn, GoesOnWhereItsDescriptorsAreClosedByOtherCode) {
  RingDirectory rings;
  ChildProcess reader([&] {
    auto in = rings.open();
    for (int number = 3; number < 64; ++number)
      ::close(number);
    auto ring = rings.create("log-1");
    publish(ring, 1);
    return in.wait(60s).batch().size() == 1 ? 0 : 1;
  });
  EXPECT_EQ(reader.wait(), 0);
}

}  // namespace
}  // namespace sluice
