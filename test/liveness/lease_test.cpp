#include "liveness/lease.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>

#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/other_user.hpp"
#include "support/unique_name.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using testing::eventually;

constexpr std::uint64_t byte = 7;

class Leases : public ::testing::Test {
 protected:
  Leases() { file_.link().value(); }

  Lease take() const {
    return Lease::take([this] { return SegmentFile::open(name_.path(), Access::readWrite); })
        .value();
  }
  bool isHeld() const { return file_.lockedByAnother(byte); }

  /// A child that holds the lease, does something more, and then stays.
  template <class Then>
  ChildProcess holder(Then then) const {
    const testing::SharedNumber holds;
    ChildProcess child([&] {
      Lease lease = take();
      if (!lease.tryLock(byte).value()) return 1;
      then(lease);
      holds.set(1);
      for (;;)
        ::pause();
    });
    EXPECT_TRUE(holds.reaches(1));
    return child;
  }

  testing::SegmentName name_;
  SegmentFile file_ = SegmentFile::createUnnamed(name_.path(), 0600).value();
};

TEST_F(Leases, ExcludeEachOther) {
  Lease first = take();
  Lease second = take();
  EXPECT_TRUE(first.tryLock(byte).value());
  EXPECT_FALSE(second.tryLock(byte).value());
  EXPECT_TRUE(second.lockedByAnother(byte));
  EXPECT_FALSE(first.lockedByAnother(byte));
  EXPECT_TRUE(second.tryLock(byte + 1).value());
  first.unlock(byte);
  EXPECT_TRUE(second.tryLock(byte).value());
}

TEST_F(Leases, AreGivenUpWhenDestroyed) {
  {
    Lease lease = take();
    ASSERT_TRUE(lease.tryLock(byte).value());
    const Lease moved(std::move(lease));
    EXPECT_TRUE(isHeld());
  }
  EXPECT_FALSE(isHeld());
}

TEST_F(Leases, AreGivenUpWhenAnotherIsMovedOverThem) {
  Lease lease = take();
  ASSERT_TRUE(lease.tryLock(byte).value());
  lease = take();
  EXPECT_FALSE(isHeld());
  EXPECT_TRUE(lease.tryLock(byte).value());
}

TEST_F(Leases, TellWhyTheFileCannotBeOpened) {
  const auto lease = Lease::take([] {
    return SegmentFile::open({std::string(defaultDirectory), "sluice-test-none"},
                             Access::readWrite);
  });
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::notFound);
}

TEST_F(Leases, TellWhenNoThreadCanBeStarted) {
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_NPROC, &none);
    const auto lease =
        Lease::take([&] { return SegmentFile::open(name_.path(), Access::readOnly); });
    return !lease && lease.error().field == "keeper thread" ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Leases, SurviveTheOpeningAndClosingOfTheFileElsewhere) {
  Lease lease = take();
  ASSERT_TRUE(lease.tryLock(byte).value());
  { const auto other = SegmentFile::open(name_.path(), Access::readWrite); }
  EXPECT_TRUE(isHeld());
}

TEST_F(Leases, SurviveTheClosingOfEveryDescriptorOfTheProcess) {
  const ChildProcess child = holder([](Lease&) {
    for (int descriptor = 0; descriptor < 1024; ++descriptor)
      ::close(descriptor);
  });
  EXPECT_TRUE(isHeld());
}

TEST_F(Leases, AreFreeWhenTheProcessIsKilled) {
  const ChildProcess child = holder([](Lease&) {});
  EXPECT_TRUE(isHeld());
  child.signal(SIGKILL);
  EXPECT_TRUE(eventually([&] { return !isHeld(); }));
}

TEST_F(Leases, AreFreeWhenTheProcessIsKilledThoughAForkedChildOfItLives) {
  const testing::SharedNumber lives;
  const testing::SharedNumber over;
  ChildProcess child = holder([&](Lease&) {
    if (::fork() != 0) {
      lives.reaches(1);
      return;
    }
    lives.set(1);
    over.reaches(1);
    lives.set(2);
    ::_exit(0);
  });
  EXPECT_TRUE(isHeld());
  child.signal(SIGKILL);
  EXPECT_TRUE(eventually([&] { return !isHeld(); }));
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
    const ChildProcess child = holder([&](Lease&) {
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
      { const Lease keeperRuns = take(); }
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
      Lease lease = take();
      if (!lease.tryLock(byte).value()) return 1;
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
    Lease lease = take();
    if (!lease.tryLock(byte).value()) return 1;
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
  ASSERT_TRUE(lease->tryLock(byte).value());
  int descriptor = -1;
  lease->with([&](const SegmentFile& file) { descriptor = file.descriptor(); });
  ChildProcess child([&] {
    bool called = false;
    lease->with([&](SegmentFile&) { called = true; });
    if (called || lease->tryLock(byte + 1).value() || lease->lockedByAnother(byte)) return 1;
    lease->unlock(byte);
    // The number means another file here; destroying the lease must not close it.
    const int own = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (own != descriptor && ::dup2(own, descriptor) < 0) return 2;
    lease.reset();
    return ::fcntl(descriptor, F_GETFD) >= 0 ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(isHeld());
}

TEST_F(Leases, AForkedChildTakesItsOwnAgainstItsParents) {
  Lease parents = take();
  ASSERT_TRUE(parents.tryLock(byte).value());
  ChildProcess child([&] {
    Lease own = take();
    const bool refused = own.lockedByAnother(byte) && !own.tryLock(byte).value();
    return refused && own.tryLock(byte + 1).value() ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Leases, AThrowingJobLeavesTheLeaseWhole) {
  Lease lease = take();
  ASSERT_TRUE(lease.tryLock(byte).value());
  EXPECT_THROW(lease.with([](SegmentFile&) { throw 1; }), int);
  EXPECT_TRUE(isHeld());
}

}  // namespace
}  // namespace sluice::detail
