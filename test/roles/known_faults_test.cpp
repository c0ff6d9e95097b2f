// Faults that other shared-memory queues have had, as behaviour that must not be. Those that are
// tested elsewhere are listed in docs/failure-model.md.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {

/// As a vector register wants it.
struct alignas(64) Wide64 {
  std::uint64_t lanes[8];
};
template <>
inline constexpr std::string_view recordName<Wide64> = "Wide64";

namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedNumber;

constexpr auto asleepAtOnce = WaitStrategy::sleepAtOnce();

/// The kernel wakes one of those asleep on a dead thread's word; the others must not stay behind.
TEST(Sleepers, AllOfThemLearnOfADeathThoughTheKernelWakesOnlyOne) {
  SegmentName name;
  SharedNumber step;
  ChildProcess producer([&] {
    const auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  SharedNumber attached;
  std::vector<ChildProcess> sleepers;
  for (int i = 0; i < 6; ++i) {
    sleepers.emplace_back([&] {
      auto in = Consumer<Tick>::attach(name.str(), {.waitStrategy = asleepAtOnce}).value();
      (*attached).fetch_add(1, std::memory_order_release);
      return in.wait().status() == Status::peerDied ? 0 : 1;
    });
  }
  ASSERT_TRUE(attached.reaches(6));
  for (const ChildProcess& sleeper : sleepers)
    EXPECT_TRUE(testing::fallsAsleep(sleeper.pid()));
  producer.signal(SIGKILL);
  for (ChildProcess& sleeper : sleepers)
    EXPECT_EQ(sleeper.wait(), 0);
}

/// A stopped or killed sleeper that should pass the news on holds up nobody for good.
TEST(Sleepers, OneThatIsStoppedWhileItShouldWakeTheOthersHoldsUpNobody) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  SharedNumber step;
  ChildProcess doomed([&] {
    auto in = Consumer<Tick>::attach(name.str(), {.name = "doomed"}).value();
    step.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(step.reaches(1));
  SharedNumber attached;
  std::vector<ChildProcess> sleepers;
  for (int i = 0; i < 3; ++i) {
    sleepers.emplace_back([&] {
      auto in =
          Consumer<Tick>::attach(name.str(), {.after = {"doomed"}, .waitStrategy = asleepAtOnce})
              .value();
      (*attached).fetch_add(1, std::memory_order_release);
      return in.wait().status() == Status::peerDied ? 0 : 1;
    });
  }
  ASSERT_TRUE(attached.reaches(3));
  for (const ChildProcess& sleeper : sleepers)
    ASSERT_TRUE(testing::fallsAsleep(sleeper.pid()));
  sleepers[0].signal(SIGSTOP);
  doomed.signal(SIGKILL);
  EXPECT_EQ(sleepers[1].wait(), 0);
  EXPECT_EQ(sleepers[2].wait(), 0);
  sleepers[0].signal(SIGCONT);
  EXPECT_EQ(sleepers[0].wait(), 0);
}

/// kill(pid, 0) succeeds on a zombie, and a process id is used again.
TEST(Zombie, IsDead) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 2}).value();
  ChildProcess zombie([&] {
    auto in = Consumer<Tick>::attach(name.str(), {.name = "a"}).value();
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_EQ(ring.waitForConsumers({"a"}, 60s), Status::ok);
  zombie.signal(SIGKILL);
  for (std::uint64_t number = 0; number < 8; ++number)
    publish(ring, number);
  siginfo_t state{};
  EXPECT_EQ(::waitid(P_PID, static_cast<id_t>(zombie.pid()), &state, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(::kill(zombie.pid(), 0), 0) << "a process id that still means something";
  EXPECT_TRUE(
      testing::eventually([&] { return bool(Consumer<Tick>::attach(name.str(), {.name = "a"})); }));
}

/// Signal handlers that interrupt system calls end no wait and lose no record.
TEST(Signals, AStormOfThemEndsNoWaitAndLosesNothing) {
  SegmentName name;
  auto ring =
      Producer<Tick>::create(name.str(), {.capacity = 4, .waitStrategy = asleepAtOnce}).value();
  constexpr std::uint64_t records = 2000;
  ChildProcess reader([&] {
    struct sigaction handler {};
    handler.sa_handler = [](int) {};
    ::sigaction(SIGUSR1, &handler, nullptr);
    auto in =
        Consumer<Tick>::attach(name.str(), {.name = "a", .waitStrategy = asleepAtOnce}).value();
    for (std::uint64_t next = 0; next < records;) {
      const auto batch = in.wait();
      if (!batch) return 1;
      for (const Tick& tick : batch)
        if (tick.number != next++ || !tick.isWhole()) return 2;
      in.commit();
    }
    return 0;
  });
  ASSERT_EQ(ring.waitForConsumers({"a"}, 60s), Status::ok);
  std::jthread storm([&](const std::stop_token& stop) {
    while (!stop.stop_requested())
      reader.signal(SIGUSR1);
  });
  for (std::uint64_t number = 0; number < records; ++number)
    publish(ring, number);
  storm.request_stop();
  storm.join();
  EXPECT_EQ(reader.wait(), 0);
}

/// Alignment that the shared memory does not keep is a crash in an aligned vector store.
TEST(Alignment, OfARecordIsKeptInEverySlot) {
  SegmentName name;
  auto ring = Producer<Wide64>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Wide64>::attach(name.str()).value();
  for (Wide64& record : ring.claimUpTo(8))
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&record) % 64, 0u);
  ring.publish();
  for (const Wide64& record : in.wait())
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&record) % 64, 0u);
}

/// A reader that clears what it has read leaves nothing for a post-mortem.
TEST(PostMortem, RecordsStayInTheirSlotsAfterEverybodyHasReadThem) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  {
    auto in = Consumer<Tick>::attach(name.str()).value();
    publish(ring, 0);
    EXPECT_EQ(in.wait().size(), 1u);
    EXPECT_EQ(in.commit(), Status::ok);
  }
  auto late = Consumer<Tick>::attach(name.str(), {.startAt = StartAt::oldest}).value();
  EXPECT_TRUE(late.wait().front().isWhole());
}

/// Names vanish at logout on some systems: who is attached goes on, and can tell.
TEST(Name, ThatIsTakenAwayIsNoticedAndDisturbsNobody) {
  SegmentName name;
  auto ring = Producer<Tick>::create(name.str(), {.capacity = 8}).value();
  auto in = Consumer<Tick>::attach(name.str()).value();
  EXPECT_TRUE(ring.isNamed());
  EXPECT_TRUE(in.isNamed());
  ASSERT_EQ(::unlink(name.path().string().c_str()), 0);
  EXPECT_FALSE(ring.isNamed());
  EXPECT_FALSE(in.isNamed());
  publish(ring, 0);
  EXPECT_EQ(in.wait().size(), 1u);
}

}  // namespace
}  // namespace sluice
