// Many rings in one thread: what wakes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
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
#include "wait_set_rings.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using ::testing::ElementsAre;
using testing::SegmentName;
using testing::SharedNumber;
using ::testing::UnorderedElementsAre;

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

class WaitSetUnderEachProtocol : public UnderEachWakeProtocol {
 protected:
  void begin() {
    for (const SegmentName& name : names_)
      rings_.push_back(
          Producer<Tick>::create(name.str(), {.capacity = 4, .wakeProtocol = GetParam()}).value());
  }

  std::list<SegmentName> names_{3};
  std::vector<Producer<Tick>> rings_;
  const SharedNumber taken_;
  const SharedNumber isThere_;
};

TEST_P(WaitSetUnderEachProtocol, SleepsAndIsWokenByEachOfItsRings) {
  constexpr std::uint64_t rounds = 20;
  begin();
  ChildProcess reader = takeAll(names_, taken_, isThere_);
  ASSERT_TRUE(isThere_.reaches(1));
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    for (auto& ring : rings_) {
      ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
      publish(ring, ++sum);
      ASSERT_TRUE(taken_.reaches(sum * (sum + 1) / 2));
    }
  }
  for (auto& ring : rings_) {
    ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
    ring.close();
  }
  EXPECT_EQ(reader.wait(), 0);
}

TEST_P(WaitSetUnderEachProtocol, LosesNoWakeUpInAHurry) {
  constexpr std::uint64_t records = 3000;
  begin();
  ChildProcess reader = takeAll(names_, taken_, isThere_);
  ASSERT_TRUE(isThere_.reaches(1));
  for (std::uint64_t i = 1; i <= records; ++i)
    publish(rings_[i % rings_.size()], i);
  EXPECT_TRUE(taken_.reaches(records * (records + 1) / 2));
  for (auto& ring : rings_)
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
  EXPECT_TRUE(testing::eventually([] { return testing::threadsNamed("sluice-sleeper") == 2; }));
  for (std::size_t i = 60; i < 140; ++i)
    set.remove(i);
  EXPECT_EQ(set.wait(500ms).status(), Status::timedOut);
  EXPECT_TRUE(testing::eventually([] { return testing::threadsNamed("sluice-sleeper") == 0; }));
}

TEST(WaitSet, HasNoFurtherThreadOnTheWordsOfAMemberThatWasRemoved) {
  Rings rings(70);
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  EXPECT_EQ(set.wait(50ms).status(), Status::timedOut);
  EXPECT_TRUE(testing::eventually([] { return testing::threadsNamed("sluice-sleeper") == 1; }));
  set.remove(69);
  EXPECT_TRUE(testing::eventually([] { return testing::threadsNamed("sluice-sleeper") == 0; }));
}

TEST(WaitSet, OfManyMembersIsStoppedAsAWhole) {
  Rings rings(140);
  StopWord stop;
  WaitSet set = asleepAtOnce();
  rings.joinAll(set);
  const auto stopped = set.add(stop);
  std::jthread stopper([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    stop.requestStop();
  });
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(stopped, Status::stopped)));
  // What was armed is answered by the next publish, and costs the others nothing after it.
  for (auto& ring : rings.producers)
    publish(ring, 1, 3);
  EXPECT_EQ(set.wait().size(), 141u);
}

/// The last member of so many dies while the set sleeps.
void expectWakeForADeath(std::size_t others, const WaitLimit& patience) {
  Rings rings(others);
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
  EXPECT_THAT(foundBy(set.wait()), ElementsAre(Found(others, Status::ok)));
  EXPECT_EQ(in.tryWait().size(), 1u);
  std::jthread killer([&] {
    EXPECT_TRUE(testing::fallsAsleep(::getpid()));
    producer.signal(SIGKILL);
  });
  EXPECT_THAT(foundBy(set.wait(patience)), ElementsAre(Found(others, Status::peerDied)));
}

TEST(WaitSet, WakesForADeath) {
  for (const WaitLimit& patience : {WaitLimit(), WaitLimit(60s)})
    expectWakeForADeath(1, patience);
}

TEST(WaitSet, WakesForADeathThatAFurtherThreadSleepsFor) {
  expectWakeForADeath(70, {});
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

TEST(WaitSet, OfFewOrManyRingsWakesAndEndsWithoutFutexWaitv) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  for (const std::size_t count : {std::size_t{1}, std::size_t{70}}) {
    for (const bool isRefusedLater : {false, true}) {
      ChildProcess reader([&] {
        Rings rings(count);
        WaitSet set = asleepAtOnce();
        rings.joinAll(set);
        if (isRefusedLater && !set.wait(1ms).empty()) return 1;
        constexpr long futexWaitv = 449;
        testing::forbidSystemCall(futexWaitv, testing::Refusal::withError(ENOSYS));
        std::jthread late([&] {
          EXPECT_TRUE(testing::fallsAsleep(::getpid()));
          publish(rings.producers.back(), 1);
        });
        return foundBy(set.wait(50s)) == std::vector{Found(count - 1, Status::ok)} ? 0 : 2;
      });
      EXPECT_EQ(reader.wait(), 0) << count << " rings, refused later: " << isRefusedLater;
    }
  }
}

TEST(WaitSet, OfMoreRingsThanOneThreadSleepsOnWakesWithoutAFurtherThread) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  Rings rings(140);
  const SharedNumber step;
  ChildProcess reader([&] {
    std::list<Consumer<Tick>> consumers;
    WaitSet set = asleepAtOnce();
    for (const SegmentName& name : rings.names) {
      consumers.push_back(Consumer<Tick>::attach(name.str(), {.name = "in"}).value());
      set.add(consumers.back());
    }
    testing::forbidSystemCall(SYS_clone3, testing::Refusal::withError(EAGAIN));
    // Again, as the first time may have left a thread behind that was never there.
    for (int i = 0; i < 2; ++i)
      if (!set.wait(1ms).empty()) return 1;
    step.set(1);
    return foundBy(set.wait(50s)) == std::vector{Found(139, Status::ok)} ? 0 : 2;
  });
  ASSERT_TRUE(step.reaches(1));
  publish(rings.producers.back(), 1);
  EXPECT_EQ(reader.wait(), 0);
}

}  // namespace
}  // namespace sluice
