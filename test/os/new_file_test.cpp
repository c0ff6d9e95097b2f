#include "os/new_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "segment_files.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using testing::Refusal;

constexpr unsigned openatFlags = 2;

void refuseUnnamedFiles(int error) {
  testing::forbidArgument(SYS_openat, Refusal::withError(error), openatFlags,
                          O_TMPFILE | O_RDWR | O_CLOEXEC);
}

class HiddenFiles : public SegmentFiles {
 protected:
  std::size_t entries() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(directory_.path()))
      ++count;
    return count;
  }
};

TEST_F(HiddenFiles, StandInWhereUnnamedFilesAreRefused) {
  for (const int error : {EOPNOTSUPP, EPERM, EACCES, ENOSYS, EINVAL, EISDIR}) {
    ChildProcess child([&] {
      refuseUnnamedFiles(error);
      SegmentFile file = createUnnamed("ticks", 0640);
      const std::string first =
          std::filesystem::directory_iterator(directory_.path())->path().filename();
      if (entries() != 1 || !first.starts_with(".sluice-")) return 1;
      if (file.isNamed() || codeOfOpening("ticks") != ErrorCode::notFound) return 2;
      file.allocate(8192).value();
      file.link().value();
      if (entries() != 1 || !file.isNamed()) return 3;
      struct stat status {};
      if (::stat(path().string().c_str(), &status) != 0 || status.st_nlink != 1) return 4;
      if ((status.st_mode & 07777U) != 0640U) return 5;
      return file.unlinkIfSame().value() ? 0 : 6;
    });
    EXPECT_EQ(child.wait(), 0) << error;
    EXPECT_EQ(entries(), 0U) << error;
  }
}

TEST_F(HiddenFiles, ReplaceNobody) {
  const SegmentFile first = create();
  for (const bool canRename : {true, false}) {
    ChildProcess child([&] {
      refuseUnnamedFiles(EPERM);
      if (!canRename) testing::forbidSystemCall(SYS_renameat2, Refusal::withError(EPERM));
      SegmentFile second = createUnnamed();
      const auto linked = second.link();
      return !linked && linked.error().code == ErrorCode::alreadyExists ? 0 : 1;
    });
    EXPECT_EQ(child.wait(), 0) << canRename;
  }
  EXPECT_TRUE(first.isNamed());
  EXPECT_EQ(entries(), 1U);
}

TEST_F(HiddenFiles, AreNamedWithoutTheRenameThatReplacesNobody) {
  ChildProcess child([&] {
    refuseUnnamedFiles(EPERM);
    testing::forbidSystemCall(SYS_renameat2, Refusal::withError(EINVAL));
    return create().isNamed() && entries() == 1 ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(HiddenFiles, ThatAreNeverLinkedLeaveNothing) {
  ChildProcess child([&] {
    refuseUnnamedFiles(EOPNOTSUPP);
    {
      SegmentFile file = createUnnamed();
      SegmentFile moved = std::move(file);
      moved.allocate(4096).value();
      if (entries() != 1) return 1;
    }
    return entries() == 0 ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(HiddenFiles, AreNotMadeWhereNothingMayBeWritten) {
  std::filesystem::permissions(
      directory_.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    const auto file = SegmentFile::createUnnamed(path(), 0600);
    if (file || file.error().code != ErrorCode::denied) return 1;
    return file.error().advice.find("directory that this user may write to") != std::string::npos
               ? 0
               : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice::detail
