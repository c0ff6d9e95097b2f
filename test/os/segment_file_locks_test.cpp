// The locks of a segment's file: what leases are made of.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <string>

#include "segment_files.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;

using Locks = SegmentFiles;

TEST_F(Locks, ExcludeEveryOtherOpenFile) {
  SegmentFile one = create();
  SegmentFile other = open();
  EXPECT_TRUE(one.tryLock(7).value());
  EXPECT_FALSE(other.tryLock(7).value());
  EXPECT_TRUE(other.lockedByAnother(7));
  EXPECT_TRUE(open(Access::readOnly).lockedByAnother(7));
  EXPECT_FALSE(one.lockedByAnother(7)) << "one's own lock is nobody else's";
  one.unlock(7);
  EXPECT_FALSE(other.lockedByAnother(7));
  EXPECT_TRUE(other.tryLock(7).value());
}

TEST_F(Locks, AreOfOneByteEachAlsoPastTheEndOfTheFile) {
  SegmentFile one = create();
  SegmentFile other = open();
  const std::uint64_t far = std::uint64_t{1} << 40;
  EXPECT_TRUE(one.tryLock(far).value());
  EXPECT_TRUE(other.tryLock(far + 1).value());
  EXPECT_TRUE(other.lockedByAnother(far));
  EXPECT_FALSE(other.lockedByAnother(far - 1));
}

TEST_F(Locks, AReadersLockDoesNotLookLikeLife) {
  const SegmentFile asker = create();
  const SegmentFile reader = open(Access::readOnly);
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_len = 100;
  ASSERT_EQ(::fcntl(reader.descriptor(), F_OFD_SETLK, &lock), 0);
  EXPECT_FALSE(asker.lockedByAnother(7));
}

TEST_F(Locks, SurviveTheClosingOfAnotherDescriptorOfTheFile) {
  SegmentFile holder = create();
  ASSERT_TRUE(holder.tryLock(7).value());
  { const SegmentFile second = open(); }
  EXPECT_TRUE(open().lockedByAnother(7));
}

TEST_F(Locks, AreFreeWhenTheHolderIsClosed) {
  const SegmentFile asker = create();
  {
    SegmentFile holder = open();
    ASSERT_TRUE(holder.tryLock(7).value());
    EXPECT_TRUE(asker.lockedByAnother(7));
  }
  EXPECT_FALSE(asker.lockedByAnother(7));
}

TEST_F(Locks, AreFreeWhenTheHolderIsKilled) {
  const SegmentFile asker = create();
  const testing::SharedNumber locked;
  ChildProcess holder([&] {
    SegmentFile file = open();
    locked.set(file.tryLock(7).value() ? 1 : 2);
    return ::pause();
  });
  ASSERT_TRUE(locked.reaches(1));
  ASSERT_EQ(locked.get(), 1u);
  EXPECT_TRUE(asker.lockedByAnother(7));
  holder.signal(SIGKILL);
  EXPECT_TRUE(testing::eventually([&] { return !asker.lockedByAnother(7); }));
}

TEST_F(Locks, NeedReadWriteAccess) {
  create();
  EXPECT_FALSE(open(Access::readOnly).tryLock(7).has_value());
}

TEST_F(Locks, NobodyIsTakenForDeadWithoutAnAnswer) {
  const SegmentFile file = create();
  EXPECT_TRUE(file.lockedByAnother(std::numeric_limits<std::uint64_t>::max()));
}

}  // namespace
}  // namespace sluice::detail
