// The keeper's descriptors, whichever calls a filter or an older kernel refuses.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

#include "liveness/keeper.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using Calls = std::vector<long>;

const Calls nothing;
const Calls unshare{SYS_unshare};
const Calls closeRange{SYS_close_range};
const Calls both{SYS_unshare, SYS_close_range};

/// Those that can be refused here: under an emulator, nothing.
std::vector<Calls> refusable(std::vector<Calls> all) {
  if (!testing::canFilterSystemCalls())
    std::erase_if(all, [](const Calls& calls) { return !calls.empty(); });
  return all;
}

/// What the question comes to in a child that may not make those calls, and has no keeper yet.
template <class Ask>
int withoutCalls(const Calls& calls, int error, Ask ask) {
  ChildProcess child([&] {
    for (const long call : calls)
      testing::forbidSystemCall(call, testing::Refusal::withError(error));
    return ask();
  });
  return child.wait();
}

/// 0 where what a job opens is in no other thread's table.
int hasItsOwnTable() {
  const auto before = testing::openDescriptors();
  int opened = -1;
  Keeper::ofThisProcess().run([&] { opened = ::open("/proc/self/stat", O_RDONLY); });
  return opened >= 0 && testing::openDescriptors() == before ? 0 : 1;
}

TEST(Keeper, HasADescriptorTableOfItsOwnAlsoWhereUnshareIsRefused) {
  EXPECT_EQ(withoutCalls(unshare, EPERM, hasItsOwnTable), 0);
}

TEST(Keeper, HasADescriptorTableOfItsOwnAlsoWhereCloseRangeIsRefused) {
  for (const int error : {ENOSYS, EPERM})
    EXPECT_EQ(withoutCalls(closeRange, error, hasItsOwnTable), 0) << error;
}

TEST(Keeper, WhatAJobOpensNobodyElseInTheProcessHas) {
  int descriptor = -1;
  Keeper::ofThisProcess().run([&] { descriptor = ::open("/dev/null", O_RDWR | O_CLOEXEC); });
  ASSERT_GE(descriptor, 0);
  const auto targetHere = [&] {
    std::array<char, 64> target{};
    const std::string link = "/proc/thread-self/fd/" + std::to_string(descriptor);
    return ::readlink(link.c_str(), target.data(), target.size() - 1) < 0
               ? std::string()
               : std::string(target.data());
  };
  EXPECT_NE(targetHere(), "/dev/null");
  std::string targetThere;
  Keeper::ofThisProcess().run([&] {
    targetThere = targetHere();
    ::close(descriptor);
  });
  EXPECT_EQ(targetThere, "/dev/null");
}

/// 0 where the process's closing of a pipe closes it.
int holdsNoDescriptor() {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_NONBLOCK) != 0) return 1;
  Keeper::ofThisProcess().run([] {});
  ::close(pipe[1]);
  char byte = 0;
  // A pipe that nobody can write to is at its end; otherwise it is only empty.
  return ::read(pipe[0], &byte, 1) == 0 ? 0 : 2;
}

TEST(Keeper, HoldsNoDescriptorOfTheProcessOpen) {
  for (const Calls& calls : refusable({nothing, unshare, closeRange, both}))
    EXPECT_EQ(withoutCalls(calls, EPERM, holdsNoDescriptor), 0) << calls.size();
}

/// 0 where a job has nothing that is printed to.
int printsNowhere() {
  int opened = -1;
  bool refused = true;
  Keeper::ofThisProcess().run([&] {
    opened = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int standard : {STDOUT_FILENO, STDERR_FILENO})
      refused = refused && ::write(standard, "x", 1) < 0;
    ::close(opened);
  });
  return opened > STDERR_FILENO && refused ? 0 : 1;
}

TEST(Keeper, WhatIsPrintedInAJobEndsUpInNoFile) {
  for (const Calls& calls : refusable({nothing, unshare, closeRange}))
    EXPECT_EQ(withoutCalls(calls, EPERM, printsNowhere), 0) << calls.size();
}

/// 0 where what a job opens is the process's, and nothing else of it is
/// changed, not even a standard number that it has left free.
int sharesTheTable() {
  ::close(STDIN_FILENO);
  const auto before = testing::openDescriptors();
  int opened = -1;
  std::ptrdiff_t meanwhile = 0;
  Keeper::ofThisProcess().run([&] {
    opened = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    meanwhile = testing::openDescriptors();
  });
  const bool isTheProcesss = ::close(opened) == 0;
  return isTheProcesss && meanwhile == before + 1 && testing::openDescriptors() == before ? 0 : 1;
}

TEST(Keeper, SharesTheProcesssDescriptorsWhereItMayHaveNoneOfItsOwn) {
  EXPECT_EQ(withoutCalls(both, EPERM, sharesTheTable), 0);
}

}  // namespace
}  // namespace sluice::detail
