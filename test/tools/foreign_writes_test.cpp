// A tool in a participant's process that writes to descriptors which are not its own.
#include <gtest/gtest.h>

#include "support/sanitizers.hpp"
#include "support/scratch_directory.hpp"
#include "support/shell_command.hpp"

namespace sluice {
namespace {

TEST(ForeignWrites, OfAToolThatLogsEveryAllocationReachNoFileOfASegment) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers have an allocator of their own";
  const testing::ScratchDirectory directory;
  const auto ran = testing::run(SLUICE_TEST_PROGRAMS_DIR "/malloc_tracer " + directory.path());
  EXPECT_EQ(ran.status, 0) << ran.output;
  const auto looked =
      testing::run(SLUICE_TOOLS_DIR "/shm-dump --directory " + directory.path() + " ticks");
  EXPECT_EQ(looked.status, 0) << looked.output;
}

}  // namespace
}  // namespace sluice
