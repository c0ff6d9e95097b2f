// What else lives in the process of a participant.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/other_user.hpp"
#include "support/sanitizers.hpp"
#include "support/shell_command.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using testing::ChildProcess;
using testing::eventually;
using testing::SegmentName;
using Ring = Producer<std::uint64_t>;

bool hasKeeper() {
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(thread.path() / "comm");
    std::string name;
    if (std::getline(file, name) && name == "sluice-keeper") return true;
  }
  return false;
}

bool isMapped(const std::string& file) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.find(file) != std::string::npos) return true;
  return false;
}

TEST(PlugIn, StaysUntilItsKeeperHasEnded) {
  if (testing::sanitized) GTEST_SKIP() << "a plug-in has a sanitizer's runtime of its own";
  SegmentName name;
  ChildProcess child([&] {
    void* const plugIn = ::dlopen(SLUICE_TEST_PROGRAMS_DIR "/plugin.so", RTLD_NOW | RTLD_LOCAL);
    if (plugIn == nullptr) return 1;
    const auto takePart = reinterpret_cast<int (*)(const char*)>(::dlsym(plugIn, "takePart"));
    if (takePart == nullptr || takePart(name.str().c_str()) != 0) return 2;
    ::dlclose(plugIn);
    return eventually([] { return !hasKeeper() || !isMapped("plugin.so"); }) && !hasKeeper() ? 0
                                                                                             : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(EndedMainThread, LetsTheProcessEndAndItsLeaseGo) {
  if (testing::underThreadSanitizer)
    GTEST_SKIP() << "a process under ThreadSanitizer outlives its threads";
  SegmentName name;
  // A process that stays for its keeper alone would be killed by the command.
  const auto ran =
      testing::run("timeout -s KILL 60 " SLUICE_TEST_PROGRAMS_DIR "/ended_main " + name.str());
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_TRUE(Ring::open(name.str()));
}

TEST(CancelledThread, LeavesNothingBehindInTheKeeper) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers take a cancelled thread's stack for lost";
  SegmentName name;
  ChildProcess child([&] {
    for (int round = 0; round < 50; ++round) {
      pthread_t thread{};
      const auto takePart = [](void* given) -> void* {
        ::pthread_cancel(::pthread_self());
        const auto ring = Ring::create(*static_cast<const std::string*>(given),
                                       {.capacity = 8, .whenTaken = WhenTaken::replace});
        return nullptr;
      };
      std::string segment = name.str();
      ::pthread_create(&thread, nullptr, takePart, &segment);
      ::pthread_join(thread, nullptr);
    }
    return Ring::createOrOpen(name.str(), {.capacity = 8}) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(LockedMemory, NeedsRoomForTheSegmentAndLittleMore) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers lock no pages";
  SegmentName name;
  ChildProcess child([&] {
    // With what many systems allow, 8 MiB, the ring could not be mapped twice.
    constexpr std::uint64_t ring = std::uint64_t{4} << 20;
    constexpr std::uint64_t room = ring + (5U << 19);
    const rlimit limit{room, room};
    if (::setrlimit(RLIMIT_MEMLOCK, &limit) != 0) return testing::notPermitted;
    testing::becomeAnotherUser();
    if (::mlockall(MCL_FUTURE) != 0) return testing::notPermitted;
    const auto created = Ring::create(name.str(), {.capacity = ring / 16});
    if (!created) std::fprintf(stderr, "%s\n", created.error().message().c_str());
    return created ? 0 : 1;
  });
  const int status = child.wait();
  if (status == testing::notPermitted) GTEST_SKIP() << "this user may lock nothing";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace sluice
