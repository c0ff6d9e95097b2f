#include "os/process_stamp.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <thread>

#include "support/child_process.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;

TEST(ProcessStamp, IsTheSameInEveryThread) {
  const ProcessStamp own = ProcessStamp::current();
  EXPECT_TRUE(own.isCurrent());
  bool same = false;
  std::thread([&] { same = own.isCurrent(); }).join();
  EXPECT_TRUE(same);
}

TEST(ProcessStamp, IsAnotherInEveryDescendant) {
  const ProcessStamp own = ProcessStamp::current();
  ChildProcess child([&] {
    const ProcessStamp between = ProcessStamp::current();
    if (own.isCurrent()) return 1;
    ChildProcess grandchild([&] { return own.isCurrent() || between.isCurrent() ? 1 : 0; });
    return grandchild.wait();
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(own.isCurrent());
}

TEST(ProcessStamp, IsAnotherInAChildOfTheSameNumber) {
  constexpr int refused = 77;
  ChildProcess outside([&] {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) return refused;
    ChildProcess first([&] {
      const ProcessStamp own = ProcessStamp::current();
      if (::getpid() != 1) return 1;
      if (::unshare(CLONE_NEWPID) != 0) return refused;
      ChildProcess second([&] { return ::getpid() != 1 || own.isCurrent() ? 1 : 0; });
      return second.wait();
    });
    return first.wait();
  });
  const int status = outside.wait();
  if (status == refused) GTEST_SKIP() << "pid namespaces are refused here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace sluice::detail
