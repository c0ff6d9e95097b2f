// Processes in which system calls are refused, as under a filter of a container.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "sluice/detail/fence.hpp"
#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using testing::SegmentName;

int refused(const std::string& operation, const SegmentName& name, const std::string& calls) {
  const std::string program = SLUICE_TEST_PROGRAMS_DIR "/refused_stream";
  const int status =
      std::system((program + " " + operation + " " + name.str() + " " + calls).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RefusedSystemCalls, TheStreamRunsWithoutMembarrierFutexWaitvAndRobustLists) {
  for (const char* calls : {"membarrier", "futex_waitv", "set_robust_list", "all"}) {
    SegmentName name;
    EXPECT_EQ(refused("stream", name, calls), 0) << calls;
  }
}

TEST(RefusedSystemCalls, DeathsAreNoticedWithoutThemToo) {
  for (const char* calls : {"membarrier", "futex_waitv", "set_robust_list", "all"}) {
    SegmentName name;
    EXPECT_EQ(refused("deaths", name, calls), 0) << calls;
  }
}

TEST(RefusedSystemCalls, TheKeeperMayShareTheProcesssDescriptors) {
  for (const char* operation : {"stream", "messages", "deaths"}) {
    SegmentName name;
    EXPECT_EQ(refused(operation, name, "close_range,unshare"), 0) << operation;
  }
}

TEST(RefusedSystemCalls, WhoMayNotUseMembarrierMayAttachToASegmentWithoutIt) {
  SegmentName name;
  ASSERT_EQ(refused("stream", name, "membarrier"), 0);
  auto in = Consumer<std::uint64_t>::attach(name.str());
  ASSERT_TRUE(in) << in.error().message();
  EXPECT_EQ(in->wait().status(), Status::closed);
}

TEST(RefusedSystemCalls, WhoMayNotUseMembarrierIsRefusedWhenChoosingIt) {
  SegmentName name;
  EXPECT_EQ(refused("choose", name, "membarrier"), 0);
}

TEST(RefusedSystemCalls, WhoMayNotUseMembarrierIsRefusedByASegmentThatNeedsIt) {
  SegmentName name;
  auto ring = Producer<std::uint64_t>::create(name.str(), {.capacity = 8});
  ASSERT_TRUE(ring);
  if (!detail::registerForMembarrier()) GTEST_SKIP() << "this kernel has no membarrier";
  EXPECT_EQ(refused("attach", name, "membarrier"), 0);
}

}  // namespace
}  // namespace sluice
