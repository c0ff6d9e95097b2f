// A set in an event loop, whose members end or are let go while it is armed.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/readable.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"
#include "wait_set_rings.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::becomesReadable;
using testing::ChildProcess;
using testing::isReadable;
using testing::SegmentName;
using testing::SharedNumber;

TEST(ArmedSet, IsReadableWhenOneOfItsMembersEnds) {
  Rings rings(2);
  WaitSet set;
  rings.joinAll(set);
  const int descriptor = set.readyDescriptor().value();
  EXPECT_EQ(set.arm().status(), Status::timedOut);
  rings.producers[1].close();
  EXPECT_TRUE(becomesReadable(descriptor));
  const ReadyMembers ended = set.arm();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].member, 1u);
  EXPECT_EQ(ended[0].status, Status::closed);
  set.remove(1);
  rings.consumers.pop_back();
  EXPECT_EQ(set.arm().status(), Status::timedOut);
  publish(rings.producers[0], 1);
  EXPECT_TRUE(becomesReadable(descriptor));
}

TEST(ArmedSet, IsReadableWhenItIsStopped) {
  Rings rings(3);
  StopWord stop;
  {
    WaitSet set;
    rings.joinAll(set);
    const auto stopped = set.add(stop);
    const int descriptor = set.readyDescriptor().value();
    EXPECT_EQ(set.arm().status(), Status::timedOut);
    stop.requestStop();
    EXPECT_TRUE(becomesReadable(descriptor));
    const ReadyMembers ready = set.arm();
    ASSERT_EQ(ready.size(), 1u);
    EXPECT_EQ(ready[0].member, stopped);
    EXPECT_EQ(ready[0].status, Status::stopped);
    EXPECT_TRUE(isReadable(descriptor));
  }
  EXPECT_TRUE(testing::eventually([] { return testing::threadsNamed("sluice-ready") == 0; }));
}

/// The kernel wakes one of those that sleep on the lifeline, and the readiness thread came first.
TEST(ArmedSet, ThatHasLetAMemberGoTakesNobodysNewsOfADeath) {
  SegmentName name;
  const SharedNumber step;
  ChildProcess producer([&] {
    auto ring = create(name, 8);
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  ChildProcess reader([&] {
    if (!step.reaches(2)) return 2;
    auto other =
        Consumer<Tick>::attach(name.str(), {.waitStrategy = WaitStrategy::sleepAtOnce()}).value();
    step.set(3);
    return other.wait(20s).status() == Status::peerDied ? 0 : 1;
  });
  Rings rings(1);
  WaitSet set;
  rings.joinAll(set);
  ASSERT_TRUE(set.readyDescriptor());
  {
    auto in = Consumer<Tick>::attach(name.str()).value();
    const auto member = set.add(in);
    EXPECT_EQ(set.arm().status(), Status::timedOut);
    ASSERT_TRUE(testing::eventually([] {
      const auto threads = testing::threadsOfName("sluice-ready");
      return threads.size() == 1 && testing::isAsleepOnFutex(threads.front());
    }));
    step.set(2);
    ASSERT_TRUE(step.reaches(3));
    ASSERT_TRUE(testing::fallsAsleep(reader.pid()));
    set.remove(member);
  }
  producer.signal(SIGKILL);
  EXPECT_EQ(reader.wait(), 0);
}

}  // namespace
}  // namespace sluice
