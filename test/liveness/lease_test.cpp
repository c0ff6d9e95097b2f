#include "liveness/lease.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "liveness/keeper.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/other_user.hpp"
#include "support/process_facts.hpp"
#include "support/scratch_directory.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using testing::eventually;

constexpr std::uint64_t byte = 700;

class Leases : public ::testing::Test {
 protected:
  Leases() : file_(newFile()) {}

  SegmentPath segment() const { return {directory_.path(), "ticks"}; }
  LeaseFile newFile() const { return LeaseFile::create(segment(), id_, 0600).value(); }
  std::optional<Lease> tryTake(std::uint64_t which = byte) const {
    return Lease::tryTake(file_, which).value();
  }
  Lease take() const { return tryTake().value(); }
  bool isHeld(std::uint64_t which = byte) const { return file_.isHeld(which).value(); }
  std::string path() const { return file_.path(); }

  /// A child that holds the lease, does something more, and then stays.
  template <class Then>
  ChildProcess holder(Then then) const {
    const testing::SharedNumber holds;
    ChildProcess child([&] {
      const Lease lease = take();
      then(lease);
      holds.set(1);
      for (;;)
        ::pause();
      return 0;
    });
    EXPECT_TRUE(holds.reaches(1));
    return child;
  }

  // Another test may take a lease file without a segment for a leftover.
  testing::ScratchDirectory directory_;
  SegmentId id_ = randomSegmentId().value();
  LeaseFile file_;
};

TEST_F(Leases, ExcludeEachOther) {
  {
    const Lease first = take();
    EXPECT_FALSE(tryTake());
    EXPECT_TRUE(isHeld());
    EXPECT_TRUE(tryTake(byte + 1));
    EXPECT_FALSE(Lease::tryTake(file_, byte - 1, 3).value()) << "one of three is held";
  }
  EXPECT_TRUE(tryTake());
  const Lease three = Lease::tryTake(file_, byte - 1, 3).value().value();
  for (const std::uint64_t which : {byte - 1, byte, byte + 1})
    EXPECT_TRUE(isHeld(which));
}

TEST_F(Leases, ThatAreSharedExcludeThoseThatAreNot) {
  {
    const auto one = Lease::tryShare(file_, byte).value();
    const auto other = Lease::tryShare(file_, byte).value();
    EXPECT_TRUE(one && other);
    EXPECT_FALSE(tryTake());
    EXPECT_FALSE(isHeld()) << "nobody is taken for alive who only shares";
  }
  const Lease alone = take();
  EXPECT_FALSE(Lease::tryShare(file_, byte).value());
}

TEST_F(Leases, AreOfBytesPastTheEndOfTheFileAlso) {
  const std::uint64_t far = std::uint64_t{1} << 61;
  const auto taken = tryTake(far);
  EXPECT_TRUE(taken);
  EXPECT_TRUE(isHeld(far));
  EXPECT_FALSE(isHeld(far + 1));
  EXPECT_EQ(std::filesystem::file_size(path()), 0U);
}

TEST_F(Leases, AreGivenUpWhenDestroyed) {
  {
    Lease lease = take();
    const Lease moved(std::move(lease));
    EXPECT_TRUE(isHeld());
  }
  EXPECT_FALSE(isHeld());
}

TEST_F(Leases, AreGivenUpWhenAnotherIsMovedOverThem) {
  Lease lease = take();
  lease = tryTake(byte + 5).value();
  EXPECT_FALSE(isHeld());
  EXPECT_TRUE(isHeld(byte + 5));
  lease = Lease();
  EXPECT_FALSE(isHeld(byte + 5));
}

TEST_F(Leases, OfAFileThatHasLostItsNameAreNotFound) {
  file_.remove();
  const auto lease = Lease::tryTake(file_, byte);
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::notFound);
}

TEST_F(Leases, OfAnotherFileOfTheNameAreNotFound) {
  file_.remove();
  const LeaseFile other = newFile();
  const auto lease = Lease::tryTake(file_, byte);
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::notFound);
}

TEST_F(Leases, TellWhenNoThreadCanBeStarted) {
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_NPROC, &none);
    try {
      static_cast<void>(Lease::tryTake(file_, byte));
    } catch (const Exception& exception) {
      return exception.error().field == "thread (sluice-keeper)" ? 0 : 1;
    }
    return 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

/// What a filter refuses while a lease is taken.
Error refusedCall(const LeaseFile& file, long call) {
  testing::forbidSystemCall(call, testing::Refusal::withError(EPERM));
  const auto taken = Lease::tryTake(file, byte);
  return taken ? Error{} : taken.error();
}

TEST_F(Leases, TellWhichCallWasRefused) {
  using Refused = std::pair<long, const char*>;
  for (const Refused& refused : {Refused{SYS_madvise, "madvise"}, {SYS_fcntl, "F_OFD_SETLK"}}) {
    ChildProcess child([&] {
      const Error error = refusedCall(file_, refused.first);
      const bool said = error.field.find(refused.second) != std::string::npos &&
                        error.advice.find("filter") != std::string::npos;
      return error.code == ErrorCode::denied && said ? 0 : 1;
    });
    EXPECT_EQ(child.wait(), 0) << refused.second;
  }
}

TEST_F(Leases, LeaveNoDescriptorThatCanBeWritten) {
  const auto before = testing::openDescriptors();
  const Lease lease = take();
  EXPECT_EQ(testing::openDescriptors(), before);
  std::vector<int> open;
  Keeper::ofThisProcess().run([&] {
    for (int descriptor = 3; descriptor < 64; ++descriptor)
      if (::fcntl(descriptor, F_GETFL) >= 0) open.push_back(descriptor);
  });
  EXPECT_TRUE(open.empty());
}

TEST_F(Leases, SurviveTheOpeningAndClosingOfTheFileElsewhere) {
  const Lease lease = take();
  { const std::ofstream other(path(), std::ios::app); }
  EXPECT_TRUE(isHeld());
}

TEST_F(Leases, SurviveTheClosingOfEveryDescriptorOfTheProcess) {
  const ChildProcess child = holder([](const Lease&) {
    for (int descriptor = 0; descriptor < 1024; ++descriptor)
      ::close(descriptor);
  });
  EXPECT_TRUE(isHeld());
}

TEST_F(Leases, AreFreeWhenTheProcessIsKilled) {
  const ChildProcess child = holder([](const Lease&) {});
  EXPECT_TRUE(isHeld());
  child.signal(SIGKILL);
  EXPECT_TRUE(eventually([&] { return !isHeld(); }));
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
      static_cast<void>(tryTake(byte + 1));  // the keeper runs
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
    return refused && tryTake(byte + 1) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice::detail
