// Deaths that the kernel does not mark are noticed by polls and by short waits too.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/system_call_filter.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

class UnmarkedDeath : public ::testing::TestWithParam<std::chrono::milliseconds> {
 protected:
  /// A process whose lifeline stays 0: it does this, and stays until it is killed.
  template <class Do>
  ChildProcess withoutRobustFutexes(Do something) {
    return ChildProcess([this, something] {
      // An emulator has no filters, and no robust lists either.
      if (testing::canFilterSystemCalls())
        testing::forbidSystemCall(SYS_set_robust_list, testing::Refusal::withError(EPERM));
      const auto held = something();
      ready.set(1);
      for (;;)
        ::pause();
      return 0;
    });
  }

  SegmentName name;
  SharedNumber ready;
};

TEST_P(UnmarkedDeath, OfTheProducerEndsTheWaitsOfAConsumer) {
  ChildProcess producer = withoutRobustFutexes(
      [this] { return Producer<Tick>::create(name.str(), {.capacity = 8}).value(); });
  ASSERT_TRUE(ready.reaches(1));
  auto in = Consumer<Tick>::attach(name.str()).value();
  EXPECT_EQ(in.wait(GetParam()).status(), Status::timedOut);
  producer.signal(SIGKILL);
  ASSERT_EQ(producer.wait(), -1000 - SIGKILL);
  EXPECT_TRUE(
      testing::eventually([&] { return in.wait(GetParam()).status() == Status::peerDied; }));
}

TEST_P(UnmarkedDeath, OfTheProducerEndsTheReadsOfAnObserver) {
  ChildProcess producer = withoutRobustFutexes(
      [this] { return Producer<Tick>::create(name.str(), {.capacity = 8}).value(); });
  ASSERT_TRUE(ready.reaches(1));
  auto seen = Observer<Tick>::attach(name.str()).value();
  EXPECT_EQ(seen.wait(GetParam()).status, Status::timedOut);
  producer.signal(SIGKILL);
  ASSERT_EQ(producer.wait(), -1000 - SIGKILL);
  EXPECT_TRUE(
      testing::eventually([&] { return seen.wait(GetParam()).status == Status::peerDied; }));
}

TEST_P(UnmarkedDeath, OfAConsumerLetsTheProducerGoOn) {
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 2}).value();
  ChildProcess consumer = withoutRobustFutexes(
      [this] { return Consumer<Tick>::attach(name.str(), {.name = "a"}).value(); });
  ASSERT_EQ(ring.waitForConsumers({"a"}, 60s), Status::ok);
  publish(ring, 0, 2);
  EXPECT_EQ(ring.claimOne(GetParam()).status(), Status::timedOut);
  consumer.signal(SIGKILL);
  ASSERT_EQ(consumer.wait(), -1000 - SIGKILL);
  EXPECT_TRUE(testing::eventually([&] { return bool(ring.claimOne(GetParam())); }));
}

TEST_P(UnmarkedDeath, OfAConsumerLetsAProducerGoOnThatOnlyTries) {
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 2}).value();
  ChildProcess consumer = withoutRobustFutexes(
      [this] { return Consumer<Tick>::attach(name.str(), {.name = "a"}).value(); });
  ASSERT_EQ(ring.waitForConsumers({"a"}, 60s), Status::ok);
  publish(ring, 0, 2);
  consumer.signal(SIGKILL);
  ASSERT_EQ(consumer.wait(), -1000 - SIGKILL);
  EXPECT_TRUE(testing::eventually([&] { return ring.tryClaim() != nullptr; }));
}

TEST_P(UnmarkedDeath, OfAConsumerEndsTheWaitsOfTheNextOne) {
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  ChildProcess first = withoutRobustFutexes(
      [this] { return Consumer<Tick>::attach(name.str(), {.name = "first"}).value(); });
  ASSERT_EQ(ring.waitForConsumers({"first"}, 60s), Status::ok);
  auto second = Consumer<Tick>::attach(name.str(), {.after = {"first"}}).value();
  publish(ring, 0, 1);
  EXPECT_EQ(second.wait(GetParam()).status(), Status::timedOut);
  first.signal(SIGKILL);
  ASSERT_EQ(first.wait(), -1000 - SIGKILL);
  EXPECT_TRUE(
      testing::eventually([&] { return second.wait(GetParam()).status() == Status::peerDied; }));
}

INSTANTIATE_TEST_SUITE_P(Limit, UnmarkedDeath, ::testing::Values(0ms, 1ms, 100ms),
                         [](const auto& limit) {
                           return std::to_string(limit.param.count()) + "ms";
                         });

}  // namespace
}  // namespace sluice
