#include "liveness/lease.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "leases.hpp"
#include "liveness/keeper.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"
#include "support/process_facts.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;

TEST_F(Leases, ExcludeEachOther) {
  {
    const Lease first = take();
    EXPECT_FALSE(tryTake());
    EXPECT_TRUE(isHeld());
    EXPECT_TRUE(tryTake(ownByte + 1));
    EXPECT_FALSE(Lease::tryTake(file_, ownByte - 1, 3).value()) << "one of three is held";
  }
  EXPECT_TRUE(tryTake());
  const Lease three = Lease::tryTake(file_, ownByte - 1, 3).value().value();
  for (const std::uint64_t which : {ownByte - 1, ownByte, ownByte + 1})
    EXPECT_TRUE(isHeld(which));
}

TEST_F(Leases, ThatAreSharedExcludeThoseThatAreNot) {
  {
    const auto one = Lease::tryShare(file_, ownByte).value();
    const auto other = Lease::tryShare(file_, ownByte).value();
    EXPECT_TRUE(one && other);
    EXPECT_FALSE(tryTake());
    EXPECT_FALSE(isHeld()) << "nobody is taken for alive who only shares";
  }
  const Lease alone = take();
  EXPECT_FALSE(Lease::tryShare(file_, ownByte).value());
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
  lease = tryTake(ownByte + 5).value();
  EXPECT_FALSE(isHeld());
  EXPECT_TRUE(isHeld(ownByte + 5));
  lease = Lease();
  EXPECT_FALSE(isHeld(ownByte + 5));
}

TEST_F(Leases, OfAFileThatHasLostItsNameAreNotFound) {
  file_.remove();
  const auto lease = Lease::tryTake(file_, ownByte);
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::notFound);
}

TEST_F(Leases, OfAnotherFileOfTheNameAreNotFound) {
  file_.remove();
  const LeaseFile other = newFile();
  const auto lease = Lease::tryTake(file_, ownByte);
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::notFound);
}

TEST_F(Leases, TellWhenNoThreadCanBeStarted) {
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_NPROC, &none);
    try {
      static_cast<void>(Lease::tryTake(file_, ownByte));
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
  const auto taken = Lease::tryTake(file, ownByte);
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

}  // namespace
}  // namespace sluice::detail
