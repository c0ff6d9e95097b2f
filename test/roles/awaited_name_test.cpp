#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>

#include <chrono>
#include <filesystem>

#include "roles/awaited_name.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/new_file.hpp"
#include "support/process_facts.hpp"
#include "support/scratch_directory.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;
using Clock = std::chrono::steady_clock;

class AwaitedName : public ::testing::Test {
 protected:
  void create(const std::string& name) const {
    testing::FileToBe file({directory_.path(), name});
    file.done(file.link());
  }
  /// A child that waits for the name for ever, and is asleep over it.
  ChildProcess waiter(bool mayWatch = true) const {
    ChildProcess child([&, mayWatch] {
      if (!mayWatch)
        testing::forbidSystemCall(SYS_inotify_init1, testing::Refusal::withError(EMFILE));
      return waitForSegment(path_, {}) ? 0 : 1;
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

TEST_F(AwaitedName, SeesANameThatIsThereEvenAfterTheDeadline) {
  create("ticks");
  EXPECT_TRUE(waitForSegment(path_, Clock::now() - 1s));
}

TEST_F(AwaitedName, GivesUpAtTheDeadlineAndNotBefore) {
  const auto deadline = Clock::now() + 30ms;
  EXPECT_EQ(waitForSegment(path_, deadline).error().code, ErrorCode::timedOut);
  EXPECT_GE(Clock::now(), deadline);
}

TEST_F(AwaitedName, WakesWhenTheNameIsLinked) {
  ChildProcess child = waiter();
  create("another");
  create("ticks");
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(AwaitedName, WakesWhenAFileIsRenamedToIt) {
  create("another");
  ChildProcess child = waiter();
  std::filesystem::rename(directory_.path() + "/another", path_.string());
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(AwaitedName, SeesTheNameWithoutInotifyToo) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  ChildProcess child = waiter(false);
  create("ticks");
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(AwaitedName, IsNotFoundWhereTheDirectoryIsMissing) {
  const auto found = waitForSegment({directory_.path() + "/none", "ticks"}, {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::notFound);
  EXPECT_EQ(found.error().field, "directory");
}

TEST_F(AwaitedName, LeaksNoDescriptor) {
  const auto before = testing::openDescriptors();
  EXPECT_FALSE(waitForSegment(path_, Clock::now()));
  EXPECT_EQ(testing::openDescriptors(), before);
}

}  // namespace
}  // namespace sluice::detail
