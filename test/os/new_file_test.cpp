#include "os/new_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <limits>
#include <string>

#include "segment_files.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Refusal;

constexpr unsigned openatFlags = 2;

constexpr std::uint64_t mebibyte = 1U << 20;

/// The file's own status, whatever it is called.
struct stat statusOf(const NewFile& file) {
  struct stat status {};
  EXPECT_EQ(::fstat(file.descriptor(), &status), 0);
  return status;
}

std::uint64_t allocatedBytes(const NewFile& file) {
  return static_cast<std::uint64_t>(statusOf(file).st_blocks) * 512;
}

std::uint64_t sizeOf(const NewFile& file) {
  return static_cast<std::uint64_t>(statusOf(file).st_size);
}

using Creating = SegmentFiles;

TEST_F(Creating, AnUnnamedFileIsNeverVisible) {
  const FileToBe file(path());
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
  EXPECT_EQ(codeOfOpening("ticks"), ErrorCode::notFound);
}

TEST_F(Creating, OneThatIsNeverLinkedLeavesNothing) {
  {
    FileToBe file(path());
    file.done(file.allocate(mebibyte));
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(Creating, LinkingShowsItWholeUnderItsName) {
  FileToBe file(path());
  file.done(file.allocate(mebibyte));
  file.done(file.link());
  EXPECT_THAT(names(), ElementsAre("ticks"));
  EXPECT_EQ(open().size(), mebibyte);
  EXPECT_EQ(open().id(), fileIdOf(file.descriptor()));
}

TEST_F(Creating, LinkingToATakenNameFailsAndLeavesTheOtherAlone) {
  const SegmentFile first = create();
  FileToBe second(path());
  const Error error = second.errorOf(second.link());
  EXPECT_EQ(error.code, ErrorCode::alreadyExists);
  EXPECT_EQ(error.segment, path().string());
  EXPECT_TRUE(first.isNamed());
}

TEST_F(Creating, LinkingToALinkThatLeadsNowhereFailsToo) {
  std::filesystem::create_symlink("nowhere", path().string());
  EXPECT_EQ(codeOfLinking(), ErrorCode::alreadyExists);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/nowhere"));
}

TEST_F(Creating, TheModeIsExactlyTheOneAskedForWhateverTheUmask) {
  ChildProcess child([&] {
    for (const unsigned umask : {0U, 022U, 0777U}) {
      ::umask(umask);
      for (const unsigned mode : {0600U, 0640U, 0666U}) {
        const FileToBe file(path(), mode);
        if ((statusOf(file).st_mode & 07777U) != mode) return 1;
      }
    }
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Creating, NeedsNoPrivilege) {
  std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    const SegmentFile file = create();
    return file.isNamed() ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Creating, LinksThroughProcWhereTheKernelLinksNoBareDescriptor) {
  ChildProcess child([&] {
    constexpr unsigned flags = 4;
    testing::forbidArgument(SYS_linkat, testing::Refusal::withError(ENOENT), flags, AT_EMPTY_PATH);
    const SegmentFile file = create();
    const bool taken = codeOfLinking() == ErrorCode::alreadyExists;
    return file.isNamed() && taken ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Creating, InADirectoryThatIsMissingIsNotFound) {
  const auto may = checkNewFile({directory_.path() + "/none", "ticks"}, mebibyte);
  ASSERT_FALSE(may);
  EXPECT_EQ(may.error().code, ErrorCode::notFound);
}

using Allocating = SegmentFiles;

TEST_F(Allocating, TakesEveryPageAtOnce) {
  FileToBe file(path());
  const std::uint64_t size = 40 * mebibyte + 4096;
  file.done(file.allocate(size));
  EXPECT_EQ(sizeOf(file), size);
  EXPECT_GE(allocatedBytes(file), size);
}

TEST_F(Allocating, ResizingTakesNone) {
  FileToBe file(path());
  file.done(file.resize(40 * mebibyte));
  EXPECT_EQ(sizeOf(file), 40 * mebibyte);
  EXPECT_EQ(allocatedBytes(file), 0u);
}

TEST_F(Allocating, MoreThanTheFileSystemHasIsAnErrorAtOnceAndKeepsNothing) {
  FileToBe file(path());
  const Error error = file.errorOf(file.allocate(std::uint64_t{1} << 50));
  EXPECT_EQ(error.code, ErrorCode::full);
  EXPECT_THAT(error.message(), HasSubstr("bytes free in " + directory_.path()));
  EXPECT_EQ(sizeOf(file), 0u);
  EXPECT_EQ(allocatedBytes(file), 0u);
  EXPECT_EQ(file.allocate(std::numeric_limits<std::uint64_t>::max()).number, ENOSPC);
}

TEST_F(Allocating, UsesAFullFileSystemToTheLastPageAndNoFurther) {
  ChildProcess child([&] {
    if (!testing::mountTinyFileSystem(directory_.path(), "size=2m")) return testing::notPermitted;
    FileToBe fits(path("a"));
    FileToBe tooMuch(path("b"));
    FileToBe grown(path("c"));
    grown.done(grown.allocate(mebibyte / 2));
    fits.done(fits.allocate(mebibyte));
    const Error refused = tooMuch.errorOf(tooMuch.allocate(mebibyte));
    const bool said = refused.code == ErrorCode::full &&
                      refused.message().find("524288 of 2097152 bytes free") != std::string::npos;
    // What a file already has counts as its own.
    const bool rest = !grown.allocate(mebibyte) && tooMuch.allocate(4096);
    return said && rest ? 0 : 1;
  });
  const int status = child.wait();
  if (status == testing::notPermitted) GTEST_SKIP() << "this user may not mount";
  EXPECT_EQ(status, 0);
}

TEST_F(Allocating, AFailureHalfwayKeepsNothing) {
  ChildProcess child([&] {
    // A large file is allocated in chunks of 16 MiB, and the third begins at 32.
    constexpr unsigned offset = 2;
    testing::forbidArgument(SYS_fallocate, testing::Refusal::withError(ENOSPC), offset,
                            32 * mebibyte);
    FileToBe file(path());
    const bool full = file.allocate(40 * mebibyte).number == ENOSPC;
    return full && sizeOf(file) == 0 && allocatedBytes(file) == 0 ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Allocating, GoesOnThroughAStormOfSignals) {
  ChildProcess child([&] {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &action, nullptr);
    const itimerval often{{0, 500}, {0, 500}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
    FileToBe file(path());
    return !file.allocate(64 * mebibyte) && sizeOf(file) == 64 * mebibyte ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

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
      FileToBe file(path(), 0640);
      const std::string first =
          std::filesystem::directory_iterator(directory_.path())->path().filename();
      if (entries() != 1 || !first.starts_with(".sluice-")) return 1;
      if (codeOfOpening("ticks") != ErrorCode::notFound) return 2;
      file.done(file.allocate(8192));
      file.done(file.link());
      if (entries() != 1 || open().id() != fileIdOf(file.descriptor())) return 3;
      struct stat status {};
      if (::stat(path().string().c_str(), &status) != 0 || status.st_nlink != 1) return 4;
      if ((status.st_mode & 07777U) != 0640U) return 5;
      return open().unlink() ? 0 : 6;
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
      return codeOfLinking() == ErrorCode::alreadyExists ? 0 : 1;
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
      FileToBe file(path());
      file.done(file.allocate(4096));
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
    NewFile file(path(), hiddenName, 0600);
    const Error error = file.errorOf(file.open());
    if (error.code != ErrorCode::denied) return 1;
    return error.advice.find("directory that this user may write to") != std::string::npos ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace sluice::detail
