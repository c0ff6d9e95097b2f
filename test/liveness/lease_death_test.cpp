// Until when a lease is held, whatever becomes of the process that took it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>

#include "leases.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using testing::eventually;

TEST_F(Leases, SurviveTheClosingOfEveryDescriptorOfTheProcess) {
  const ChildProcess child = holder([](const Lease&) {
    for (int descriptor = 0; descriptor < 1024; ++descriptor)
      ::close(descriptor);
  });
  EXPECT_TRUE(isHeld());
}

TEST_F(Leases, AreFreeWhenTheProcessIsKilled) {
  const ChildProcess child = holder([](const Lease&) {});
  expectFreeOnceKilled(child);
}

/// Then what the keeper opens is in the process's table for a moment, and nothing stays there.
TEST_F(Leases, AreFreeWhenTheProcessIsKilledThoughItsKeeperMayHaveNoDescriptorTable) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  const testing::SharedNumber holds;
  ChildProcess child([&] {
    for (const long call : {SYS_unshare, SYS_close_range})
      testing::forbidSystemCall(call, testing::Refusal::withError(EPERM));
    const auto before = testing::openDescriptors();
    const Lease lease = take();
    if (testing::openDescriptors() != before) return 1;
    holds.set(1);
    for (;;)
      ::pause();
    return 0;
  });
  ASSERT_TRUE(holds.reaches(1));
  expectFreeOnceKilled(child);
}

TEST_F(Leases, AreFreeWhenTheProcessIsKilledThoughAForkedChildOfItLives) {
  const testing::SharedNumber lives;
  const testing::SharedNumber over;
  ChildProcess child = holder([&](const Lease&) {
    if (::fork() != 0) {
      lives.reaches(1);
      return;
    }
    lives.set(1);
    over.reaches(1);
    lives.set(2);
    ::_exit(0);
  });
  expectFreeOnceKilled(child);
  EXPECT_EQ(lives.get(), 1u);
  over.set(1);
  EXPECT_TRUE(lives.reaches(2)) << "the grandchild lived all the time";
}

/// The keeper of a killed process may be gone while another thread is still inside a system call
/// that stores into shared memory.
TEST_F(Leases, AreFreeOnlyOnceNoThreadOfTheKilledProcessStoresAnyMore) {
  constexpr std::size_t size = std::size_t{64} << 20;
  const int source = ::memfd_create("source", 0);
  ASSERT_EQ(::ftruncate(source, size), 0);
  auto* const target = static_cast<volatile char*>(::mmap(
      nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
  for (int round = 0; round < 5; ++round) {
    const ChildProcess child = holder([&](const Lease&) {
      std::thread([&] {
        for (;;)
          if (::pread(source, const_cast<char*>(target), size, 0) < 0) ::_exit(1);
      }).detach();
    });
    child.signal(SIGKILL);
    ASSERT_TRUE(eventually([&] { return !isHeld(); }));
    for (std::size_t at = 0; at < size; at += 4096)
      target[at] = 1;
    bool isChanged = false;
    for (int look = 0; look < 10; ++look)
      for (std::size_t at = 0; at < size; at += 4096)
        isChanged = isChanged || target[at] != 1;
    EXPECT_FALSE(isChanged) << round;
  }
  ::munmap(const_cast<char*>(target), size);
  ::close(source);
}

/// A fork copies what keeps a lease tied to the memory if it comes at the wrong moment.
TEST_F(Leases, AreFreeWhenTheirHolderIsKilledHoweverItForkedWhileItTookThem) {
  for (int round = 0; round < 20; ++round) {
    const testing::SharedNumber holds;
    const testing::SharedNumber over;
    ChildProcess child([&] {
      static_cast<void>(tryTake(ownByte + 1));  // the keeper runs
      std::atomic<bool> taken{false};
      std::atomic<bool> forks{false};
      std::jthread forker([&] {
        for (int i = 0; i < 100 && !taken.load(std::memory_order_acquire); ++i) {
          forks.store(true, std::memory_order_release);
          if (::fork() != 0) continue;
          over.reaches(1);
          ::_exit(0);
        }
      });
      eventually([&] { return forks.load(std::memory_order_acquire); });
      const Lease lease = take();
      taken.store(true, std::memory_order_release);
      forker.join();
      holds.set(1);
      for (;;)
        ::pause();
      return 0;
    });
    ASSERT_TRUE(holds.reaches(1));
    EXPECT_TRUE(isHeld());
    child.signal(SIGKILL);
    EXPECT_TRUE(eventually([&] { return !isHeld(); }, std::chrono::seconds(20))) << round;
    over.set(1);
  }
}

TEST_F(Leases, AreFreeWhenTheProcessBecomesAnotherProgram) {
  std::array<int, 2> input{};
  ASSERT_EQ(::pipe(input.data()), 0);
  const testing::SharedNumber holds;
  ChildProcess child([&] {
    const Lease lease = take();
    holds.set(1);
    if (!holds.reaches(2)) return 2;
    ::dup2(input[0], STDIN_FILENO);
    ::close(input[0]);
    ::close(input[1]);
    ::execlp("cat", "cat", nullptr);
    return 3;
  });
  ASSERT_TRUE(holds.reaches(1));
  EXPECT_TRUE(isHeld());
  holds.set(2);
  EXPECT_TRUE(eventually([&] { return !isHeld(); }));
  EXPECT_EQ(::waitpid(child.pid(), nullptr, WNOHANG), 0) << "the other program runs";
  ::close(input[0]);
  ::close(input[1]);
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Leases, AreAnEmptyShellInAForkedChild) {
  std::optional<Lease> lease(take());
  ChildProcess child([&] {
    lease.reset();
    return isHeld() ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(isHeld());
}

TEST_F(Leases, AForkedChildTakesItsOwnAgainstItsParents) {
  const Lease parents = take();
  ChildProcess child([&] {
    const bool refused = isHeld() && !tryTake();
    return refused && tryTake(ownByte + 1) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice::detail
