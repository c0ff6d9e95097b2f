#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>

#include <chrono>
#include <filesystem>

#include "os/segment_file.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"
#include "support/scratch_directory.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using Clock = std::chrono::steady_clock;

class WaitForName : public ::testing::Test {
 protected:
  void create(const std::string& name) const {
    SegmentFile::createUnnamed({directory_.path(), name}, 0600).value().link().value();
  }
  /// A child that waits for the name for ever, and is asleep over it.
  ChildProcess waiter(bool mayWatch = true) const {
    ChildProcess child([&, mayWatch] {
      if (!mayWatch)
        testing::forbidSystemCall(SYS_inotify_init1, testing::Refusal::withError(EMFILE));
      return waitForName(path_, forever).value() ? 0 : 1;
    });
#ifdef SYS_poll
    constexpr long pollCall = SYS_poll;
#else
    constexpr long pollCall = SYS_ppoll;
#endif
    EXPECT_TRUE(testing::eventually([&] { return testing::isBlockedIn(child.pid(), pollCall); }));
    return child;
  }

  testing::ScratchDirectory directory_;
  SegmentPath path_{directory_.path(), "ticks"};
};

TEST_F(WaitForName, SeesANameThatIsThereEvenAfterTheDeadline) {
  create("ticks");
  EXPECT_TRUE(waitForName(path_, Clock::now() - 1s).value());
}

TEST_F(WaitForName, GivesUpAtTheDeadlineAndNotBefore) {
  const auto deadline = Clock::now() + 30ms;
  EXPECT_FALSE(waitForName(path_, deadline).value());
  EXPECT_GE(Clock::now(), deadline);
}

TEST_F(WaitForName, WakesWhenTheNameIsLinked) {
  ChildProcess child = waiter();
  create("another");
  create("ticks");
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(WaitForName, WakesWhenAFileIsRenamedToIt) {
  create("another");
  ChildProcess child = waiter();
  std::filesystem::rename(directory_.path() + "/another", path_.string());
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(WaitForName, SeesTheNameWithoutInotifyToo) {
  ChildProcess child = waiter(false);
  create("ticks");
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(WaitForName, IsNotFoundWhereTheDirectoryIsMissing) {
  const auto found = waitForName({directory_.path() + "/none", "ticks"}, forever);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::notFound);
  EXPECT_EQ(found.error().field, "directory");
}

TEST_F(WaitForName, LeaksNoDescriptor) {
  const auto before = testing::openDescriptors();
  EXPECT_FALSE(waitForName(path_, Clock::now()).value());
  EXPECT_EQ(testing::openDescriptors(), before);
}

}  // namespace
}  // namespace sluice::detail
