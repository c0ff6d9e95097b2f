// Many rings in one thread.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "each_wake_protocol.hpp"
#include "message_stream.hpp"
#include "sluice/message.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/system_call_filter.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::ElementsAre;
using testing::SegmentName;
using testing::SharedNumber;
using ::testing::UnorderedElementsAre;

/// Member and status, as a matcher compares them.
using Found = std::pair<std::size_t, Status>;

std::vector<Found> foundBy(const ReadyMembers& ready) {
  std::vector<Found> all;
  for (const ReadyMember& one : ready)
    all.emplace_back(one.member, one.status);
  return all;
}

/// That many rings with a reader each.
struct Rings {
  explicit Rings(std::size_t count, const ProducerOptions& options = {.capacity = 8}) {
    for (std::size_t i = 0; i < count; ++i) {
      producers.push_back(Producer<Tick>::create(names.emplace_back().str(), options).value());
      consumers.push_back(Consumer<Tick>::attach(names.back().str()).value());
    }
  }
  void joinAll(WaitSet& set) {
    for (auto& consumer : consumers)
      set.add(consumer);
  }

  std::list<SegmentName> names;
  std::vector<Producer<Tick>> producers;
  std::vector<Consumer<Tick>> consumers;
};

WaitSet asleepAtOnce() {
  return WaitSet(WaitStrategy::sleepAtOnce());
}

TEST(WaitSet, TellsEveryMemberThatIsReady) {
  Rings rings(3);
  WaitSet set;
  rings.joinAll(set);
  EXPECT_TRUE(set.tryWait().empty());
  EXPECT_EQ(set.tryWait().status(), Status::timedOut);
  publish(rings.producers[2], 7);
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(2, Status::ok)));
  publish(rings.producers[0], 5);
  EXPECT_THAT(foundBy(set.wait()),
              UnorderedElementsAre(Found(0, Status::ok), Found(2, Status::ok)));
  EXPECT_EQ(rings.consumers[2].tryWait()[0].number, 7u);
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::ok)));
}

TEST(WaitSet, TakesNothingItself) {
  Rings rings(1);
  WaitSet set;
  rings.joinAll(set);
  publish(rings.producers[0], 1, 4);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(set.wait().size(), 1u);
  EXPECT_EQ(rings.consumers[0].tryWait().size(), 3u);
  EXPECT_TRUE(set.tryWait().empty());
  rings.consumers[0].rewind();
  EXPECT_EQ(set.tryWait().size(), 1u);
}

TEST(WaitSet, BeginsWithAnotherMemberEachTime) {
  Rings rings(3);
  WaitSet set;
  rings.joinAll(set);
  for (auto& ring : rings.producers)
    publish(ring, 1);
  std::vector<std::size_t> first;
  for (int i = 0; i < 3; ++i)
    first.push_back(set.wait()[0].member);
  EXPECT_THAT(first, UnorderedElementsAre(0u, 1u, 2u));
}

TEST(WaitSet, HasMembersOfEveryKind) {
  SegmentName records;
  SegmentName packedRecords;
  SegmentName messages;
  auto ring = create(records, 8);
  auto packedRing = Producer<Tick, packed>::create(packedRecords.str(), {.capacity = 8}).value();
  auto messageRing = createSmall(messages);
  auto typed = Consumer<Tick>::attach(records.str()).value();
  auto packedIn = Consumer<Tick, packed>::attach(packedRecords.str()).value();
  auto untyped = UntypedConsumer::attach(packedRecords.str()).value();
  auto messageIn = MessageConsumer::attach(messages.str()).value();
  auto observer = Observer<Tick>::attach(records.str()).value();
  auto untypedObserver = UntypedObserver::attach(packedRecords.str()).value();
  auto messageObserver = MessageObserver::attach(messages.str()).value();
  StopWord stop;
  WaitSet set;
  const std::array members{set.add(typed),           set.add(packedIn), set.add(untyped),
                           set.add(messageIn),       set.add(observer), set.add(untypedObserver),
                           set.add(messageObserver), set.add(stop)};
  EXPECT_TRUE(set.tryWait().empty());
  publish(ring, 1);
  publish(packedRing, 2);
  messageRing.send("three");
  stop.requestStop();
  const auto found = foundBy(set.wait());
  for (const std::size_t member : members)
    EXPECT_THAT(found, ::testing::Contains(
                           Found(member, member == members.back() ? Status::stopped : Status::ok)));
  EXPECT_EQ(observer.tryWait().record.number, 1u);
  EXPECT_EQ(textOf(messageIn.tryWait()[0]), "three");
}

TEST(WaitSet, TellsWhyAStreamHasEndedUntilItsMemberIsRemoved) {
  Rings rings(3);
  WaitSet set;
  rings.joinAll(set);
  publish(rings.producers[0], 1);
  rings.producers[0].close();
  { const auto left = std::move(rings.producers[1]); }
  // What was published comes before the end.
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::ok)));
  EXPECT_EQ(rings.consumers[0].tryWait().size(), 1u);
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(foundBy(set.wait()),
                UnorderedElementsAre(Found(0, Status::closed), Found(1, Status::peerLeft)));
  set.remove(0);
  set.remove(1);
  set.remove(1);
  set.remove(99);
  EXPECT_EQ(set.size(), 1u);
  EXPECT_TRUE(set.tryWait().empty());
  publish(rings.producers[2], 3);
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(2, Status::ok)));
  EXPECT_EQ(set.add(rings.consumers[0]), 0u);
}

TEST(WaitSet, IsOverWithItsLimit) {
  Rings rings(2);
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(set.wait(20ms).status(), Status::timedOut);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 20ms);
  std::stop_source stop;
  std::jthread stopper([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    stop.request_stop();
  });
  EXPECT_EQ(set.wait(stop.get_token()).status(), Status::stopped);
  publish(rings.producers[0], 1);
  EXPECT_EQ(set.wait(stop.get_token()).status(), Status::stopped);
  EXPECT_EQ(set.tryWait().size(), 1u);
}

TEST(WaitSet, WithoutMembersWaitsForTheLimitAlone) {
  WaitSet set = asleepAtOnce();
  EXPECT_EQ(set.wait(5ms).status(), Status::timedOut);
  EXPECT_EQ(set.tryWait().status(), Status::timedOut);
  WaitSet moved = std::move(set);
  EXPECT_EQ(set.wait().status(), Status::detached);
  EXPECT_EQ(set.size(), 0u);
  EXPECT_EQ(moved.wait(1ms).status(), Status::timedOut);
}

StopWord* signalled = nullptr;

TEST(WaitSet, IsStoppedByAHandlerOfSignals) {
  Rings rings(2);
  StopWord stop;
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  set.add(stop);
  signalled = &stop;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) { signalled->requestStop(); };
  action.sa_flags = SA_RESTART;
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
  std::jthread signaller([] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    ::kill(::getpid(), SIGUSR1);
  });
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(2, Status::stopped)));
  EXPECT_TRUE(stop.isStopRequested());
  ::sigaction(SIGUSR1, &before, nullptr);
}

TEST(WaitSet, ToldOfADetachedRoleSaysSo) {
  Rings rings(1);
  Consumer<Tick> moved = std::move(rings.consumers[0]);
  WaitSet set;
  rings.joinAll(set);
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::detached)));
  set.add(moved);
  ChildProcess child([&] {
    const auto found = foundBy(set.wait());
    return found == std::vector{Found(0, Status::detached), Found(1, Status::detached)} ||
                   found == std::vector{Found(1, Status::detached), Found(0, Status::detached)}
               ? 0
               : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

/// A process that waits for all of the rings, and takes what has come; it tells the sum of the
/// numbers, and returns when all streams have ended.
ChildProcess takeAll(const std::list<SegmentName>& names, const SharedNumber& taken,
                     const SharedNumber& isThere) {
  return ChildProcess([&] {
    std::list<Consumer<Tick>> consumers;
    WaitSet set = asleepAtOnce();
    for (const SegmentName& name : names) {
      consumers.push_back(Consumer<Tick>::attach(name.str(), {.name = "in"}).value());
      set.add(consumers.back());
    }
    isThere.set(1);
    while (set.size() != 0) {
      for (const ReadyMember& one : set.wait()) {
        auto& in = *std::next(consumers.begin(), static_cast<std::ptrdiff_t>(one.member));
        if (one.status != Status::ok) {
          if (one.status != Status::closed) return 1;
          set.remove(one.member);
          continue;
        }
        for (const Tick& tick : in.tryWait())
          taken.set(taken.get() + tick.number);
        in.commit();
      }
    }
    return 0;
  });
}

using WaitSetUnderEachProtocol = UnderEachWakeProtocol;

TEST_P(WaitSetUnderEachProtocol, SleepsAndIsWokenByEachOfItsRings) {
  constexpr std::uint64_t rounds = 20;
  std::list<SegmentName> names(3);
  std::vector<Producer<Tick>> rings;
  for (const SegmentName& name : names)
    rings.push_back(
        Producer<Tick>::create(name.str(), {.capacity = 4, .wakeProtocol = GetParam()}).value());
  const SharedNumber taken;
  const SharedNumber isThere;
  ChildProcess reader = takeAll(names, taken, isThere);
  ASSERT_TRUE(isThere.reaches(1));
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    for (auto& ring : rings) {
      ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
      publish(ring, ++sum);
      ASSERT_TRUE(taken.reaches(sum * (sum + 1) / 2));
    }
  }
  for (auto& ring : rings) {
    ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
    ring.close();
  }
  EXPECT_EQ(reader.wait(), 0);
}

TEST_P(WaitSetUnderEachProtocol, LosesNoWakeUpInAHurry) {
  constexpr std::uint64_t records = 3000;
  std::list<SegmentName> names(3);
  std::vector<Producer<Tick>> rings;
  for (const SegmentName& name : names)
    rings.push_back(
        Producer<Tick>::create(name.str(), {.capacity = 4, .wakeProtocol = GetParam()}).value());
  const SharedNumber taken;
  const SharedNumber isThere;
  ChildProcess reader = takeAll(names, taken, isThere);
  ASSERT_TRUE(isThere.reaches(1));
  for (std::uint64_t i = 1; i <= records; ++i)
    publish(rings[i % rings.size()], i);
  EXPECT_TRUE(taken.reaches(records * (records + 1) / 2));
  for (auto& ring : rings)
    ring.close();
  EXPECT_EQ(reader.wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(WakeProtocol, WaitSetUnderEachProtocol,
                         ::testing::ValuesIn(eachWakeProtocol), nameOfProtocol);

TEST(WaitSet, SleepsOnMoreRingsThanTheKernelHasWordsFor) {
  constexpr std::size_t count = 140;
  Rings rings(count);
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  for (std::size_t i : {std::size_t{139}, std::size_t{0}, std::size_t{62}, std::size_t{63},
                        std::size_t{100}, std::size_t{126}}) {
    std::jthread publisher([&] {
      EXPECT_TRUE(testing::fallsAsleep(::getpid()));
      publish(rings.producers[i], i);
    });
    EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(i, Status::ok)));
    EXPECT_EQ(rings.consumers[i].tryWait()[0].number, i);
    rings.consumers[i].commit();
  }
}

TEST(WaitSet, HasFurtherThreadsOnlyAsLongAsItHasMembersForThem) {
  Rings rings(140);
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  EXPECT_EQ(set.wait(500ms).status(), Status::timedOut);
  EXPECT_EQ(testing::threadsNamed("sluice-sleeper"), 2);
  for (std::size_t i = 60; i < 140; ++i)
    set.remove(i);
  EXPECT_EQ(set.wait(500ms).status(), Status::timedOut);
  EXPECT_TRUE(testing::eventually([] { return testing::threadsNamed("sluice-sleeper") == 0; }));
}

TEST(WaitSet, WakesForADeath) {
  for (const WaitLimit& patience : {WaitLimit(), WaitLimit(60s)}) {
    Rings rings(1);
    SegmentName name;
    const SharedNumber step;
    ChildProcess producer([&] {
      auto ring = create(name, 8);
      step.set(1);
      if (ring.waitForConsumers({"in"}, 60s) != Status::ok) return 1;
      publish(ring, 1);
      step.set(2);
      for (;;)
        ::pause();
      return 0;
    });
    ASSERT_TRUE(step.reaches(1));
    auto in = Consumer<Tick>::attach(name.str(), {.name = "in"}).value();
    WaitSet set = asleepAtOnce();
    rings.joinAll(set);
    set.add(in);
    ASSERT_TRUE(step.reaches(2));
    EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(1, Status::ok)));
    EXPECT_EQ(in.tryWait().size(), 1u);
    std::jthread killer([&] {
      EXPECT_TRUE(testing::fallsAsleep(::getpid()));
      producer.signal(SIGKILL);
    });
    EXPECT_THAT(foundBy(set.wait(patience)), ElementsAre(Found(1, Status::peerDied)));
  }
}

TEST(WaitSet, WakesForAnEvictionAndForAConsumerThatResigns) {
  Rings rings(1);
  SegmentName name;
  auto ring = create(name, 4);
  auto in = Consumer<Tick>::attach(name.str(), {.name = "slow", .evictAfter = 20ms}).value();
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  set.add(in);
  publish(ring, 0, 8);  // goes on without it
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(1, Status::evicted)));
  rings.consumers[0].resign();
  EXPECT_THAT(foundBy(set.wait()),
              UnorderedElementsAre(Found(0, Status::evicted), Found(1, Status::evicted)));
}

TEST(WaitSet, WaitsForTheConsumersThatAMemberRunsAfter) {
  SegmentName name;
  auto ring = create(name, 8);
  auto first = Consumer<Tick>::attach(name.str(), {.name = "first"}).value();
  auto second = Consumer<Tick>::attach(name.str(), {.name = "second"}).value();
  auto last =
      Consumer<Tick>::attach(name.str(), {.name = "last", .after = {"first", "second"}}).value();
  WaitSet set = asleepAtOnce();
  set.add(last);
  publish(ring, 1);
  EXPECT_TRUE(set.tryWait().empty());
  for (Consumer<Tick>* before : {&first, &second}) {
    EXPECT_TRUE(set.wait(1ms).empty());
    EXPECT_EQ(before->wait().size(), 1u);
    EXPECT_EQ(before->commit(), Status::ok);
  }
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::ok)));
  EXPECT_EQ(last.tryWait().size(), 1u);
  publish(ring, 2);
  std::jthread others([&] {
    for (Consumer<Tick>* before : {&second, &first}) {
      EXPECT_TRUE(testing::fallsAsleep(::getpid()));
      EXPECT_EQ(before->wait().size(), 1u);
      EXPECT_EQ(before->commit(), Status::ok);
    }
  });
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(0, Status::ok)));
}

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

TEST(WaitSet, GoesOnWithoutFutexWaitvAndMembarrier) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  std::list<SegmentName> names(3);
  std::vector<Producer<Tick>> rings;
  for (const SegmentName& name : names)
    rings.push_back(create(name, 4));
  const SharedNumber taken;
  const SharedNumber isThere;
  ChildProcess reader([&] {
    std::list<Consumer<Tick>> consumers;
    WaitSet set = asleepAtOnce();
    for (const SegmentName& name : names) {
      consumers.push_back(Consumer<Tick>::attach(name.str(), {.name = "in"}).value());
      set.add(consumers.back());
    }
    constexpr long futexWaitv = 449;
    testing::forbidSystemCall(futexWaitv, testing::Refusal::withError(ENOSYS));
    testing::forbidSystemCall(SYS_membarrier, testing::Refusal::withError(EPERM));
    isThere.set(1);
    for (std::uint64_t left = 30; left != 0;) {
      for (const ReadyMember& one : set.wait()) {
        auto& in = *std::next(consumers.begin(), static_cast<std::ptrdiff_t>(one.member));
        left -= in.tryWait().size();
        in.commit();
      }
    }
    return 0;
  });
  ASSERT_TRUE(isThere.reaches(1));
  for (std::uint64_t i = 0; i < 30; ++i)
    publish(rings[i % rings.size()], i);
  EXPECT_EQ(reader.wait(), 0);
}

}  // namespace
}  // namespace sluice
