#include "os/segment_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <limits>
#include <string>

#include "segment_files.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"
#include "support/process_facts.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t mebibyte = 1U << 20;

/// The file's own status, whatever it is called.
struct stat statusOf(const SegmentFile& file) {
  struct stat status {};
  EXPECT_EQ(::fstat(file.descriptor(), &status), 0);
  return status;
}

std::uint64_t allocatedBytes(const SegmentFile& file) {
  return static_cast<std::uint64_t>(statusOf(file).st_blocks) * 512;
}

using Creating = SegmentFiles;

TEST_F(Creating, AnUnnamedFileIsNeverVisible) {
  const SegmentFile file = createUnnamed();
  EXPECT_FALSE(file.isNamed());
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
  EXPECT_EQ(codeOfOpening("ticks"), ErrorCode::notFound);
}

TEST_F(Creating, OneThatIsNeverLinkedLeavesNothing) {
  createUnnamed().allocate(mebibyte).value();
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(Creating, LinkingShowsItWholeUnderItsName) {
  SegmentFile file = createUnnamed();
  file.allocate(mebibyte).value();
  file.link().value();
  EXPECT_TRUE(file.isNamed());
  EXPECT_THAT(names(), ElementsAre("ticks"));
  EXPECT_EQ(open().size(), mebibyte);
  EXPECT_EQ(open().id(), file.id());
}

TEST_F(Creating, LinkingToATakenNameFailsAndLeavesTheOtherAlone) {
  const SegmentFile first = create();
  SegmentFile second = createUnnamed();
  const auto linked = second.link();
  ASSERT_FALSE(linked);
  EXPECT_EQ(linked.error().code, ErrorCode::alreadyExists);
  EXPECT_EQ(linked.error().segment, path().string());
  EXPECT_TRUE(first.isNamed());
  EXPECT_FALSE(second.isNamed());
}

TEST_F(Creating, LinkingToALinkThatLeadsNowhereFailsToo) {
  std::filesystem::create_symlink("nowhere", path().string());
  EXPECT_EQ(createUnnamed().link().error().code, ErrorCode::alreadyExists);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/nowhere"));
}

TEST_F(Creating, TheModeIsExactlyTheOneAskedForWhateverTheUmask) {
  ChildProcess child([&] {
    for (const unsigned umask : {0U, 022U, 0777U}) {
      ::umask(umask);
      for (const unsigned mode : {0600U, 0640U, 0666U}) {
        if ((statusOf(create("m" + std::to_string(mode) + "-" + std::to_string(umask), mode))
                 .st_mode &
             07777U) != mode)
          return 1;
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
    const bool taken = createUnnamed().link().error().code == ErrorCode::alreadyExists;
    return file.isNamed() && taken ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Creating, InADirectoryThatIsMissingIsNotFound) {
  const auto file = SegmentFile::createUnnamed({directory_.path() + "/none", "ticks"}, 0600);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::notFound);
}

using Allocating = SegmentFiles;

TEST_F(Allocating, TakesEveryPageAtOnce) {
  SegmentFile file = createUnnamed();
  const std::uint64_t size = 40 * mebibyte + 4096;
  file.allocate(size).value();
  EXPECT_EQ(file.size(), size);
  EXPECT_GE(allocatedBytes(file), size);
}

TEST_F(Allocating, ResizingTakesNone) {
  SegmentFile file = createUnnamed();
  file.resize(40 * mebibyte).value();
  EXPECT_EQ(file.size(), 40 * mebibyte);
  EXPECT_EQ(allocatedBytes(file), 0u);
}

TEST_F(Allocating, MoreThanTheFileSystemHasIsAnErrorAtOnceAndKeepsNothing) {
  SegmentFile file = createUnnamed();
  const auto allocated = file.allocate(std::uint64_t{1} << 50);
  ASSERT_FALSE(allocated);
  EXPECT_EQ(allocated.error().code, ErrorCode::full);
  EXPECT_THAT(allocated.error().message(), HasSubstr("bytes free in " + directory_.path()));
  EXPECT_EQ(file.size(), 0u);
  EXPECT_EQ(allocatedBytes(file), 0u);
  EXPECT_EQ(file.allocate(std::numeric_limits<std::uint64_t>::max()).error().code, ErrorCode::full);
}

TEST_F(Allocating, UsesAFullFileSystemToTheLastPageAndNoFurther) {
  ChildProcess child([&] {
    if (!testing::mountTinyFileSystem(directory_.path(), "size=2m")) return testing::notPermitted;
    SegmentFile fits = createUnnamed("a");
    SegmentFile tooMuch = createUnnamed("b");
    SegmentFile grown = createUnnamed("c");
    grown.allocate(mebibyte / 2).value();
    fits.allocate(mebibyte).value();
    const auto refused = tooMuch.allocate(mebibyte);
    const bool said =
        !refused && refused.error().code == ErrorCode::full &&
        refused.error().message().find("524288 of 2097152 bytes free") != std::string::npos;
    // What a file already has counts as its own.
    const bool rest = grown.allocate(mebibyte).has_value() && !tooMuch.allocate(4096);
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
    SegmentFile file = createUnnamed();
    const auto allocated = file.allocate(40 * mebibyte);
    const bool full = !allocated && allocated.error().code == ErrorCode::full;
    return full && file.size() == 0 && allocatedBytes(file) == 0 ? 0 : 1;
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
    SegmentFile file = createUnnamed();
    return file.allocate(64 * mebibyte).has_value() && file.size() == 64 * mebibyte ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

using Opening = SegmentFiles;

TEST_F(Opening, AMissingNameIsNotFoundAndIsNotMade) {
  EXPECT_EQ(codeOfOpening("ticks"), ErrorCode::notFound);
  EXPECT_EQ(codeOfOpening("ticks", Access::readWrite), ErrorCode::notFound);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(Opening, WhatIsNoPlainFileIsNoSegment) {
  create("file");
  std::filesystem::create_symlink("file", path("link").string());
  std::filesystem::create_directory(path("folder").string());
  ASSERT_EQ(::mkfifo(path("fifo").string().c_str(), 0600), 0);
  for (const char* name : {"link", "folder", "fifo"}) {
    EXPECT_EQ(codeOfOpening(name), ErrorCode::notASegment) << name;
    EXPECT_EQ(codeOfOpening(name, Access::readWrite), ErrorCode::notASegment) << name;
  }
}

TEST_F(Opening, WithoutPermissionIsDenied) {
  create("closed", 0);
  create("readable", 0444);
  std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    const bool denied = codeOfOpening("closed") == ErrorCode::denied &&
                        codeOfOpening("readable", Access::readWrite) == ErrorCode::denied;
    return denied && SegmentFile::open(path("readable"), Access::readOnly) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Opening, AnotherUsersSegmentWorksInAStickyDirectory) {
  // With O_CREAT the kernel refuses it (fs.protected_regular), even to root.
  std::filesystem::permissions(directory_.path(),
                               std::filesystem::perms::all | std::filesystem::perms::sticky_bit);
  create("ticks", 0666);
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    return SegmentFile::open(path(), Access::readWrite) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Opening, DescriptorsAreClosedOnExec) {
  const SegmentFile created = create();
  const SegmentFile opened = open();
  for (const SegmentFile* file : {&created, &opened})
    EXPECT_NE(::fcntl(file->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(Opening, NoDescriptorIsLeaked) {
  const auto before = testing::openDescriptors();
  {
    SegmentFile first = create();
    SegmentFile second = open();
    std::filesystem::create_directory(path("folder").string());
    EXPECT_FALSE(SegmentFile::open(path("folder"), Access::readOnly));
    EXPECT_FALSE(createUnnamed().link());
    EXPECT_FALSE(createUnnamed().allocate(std::uint64_t{1} << 50));
    second = std::move(first);
    const SegmentFile third(std::move(second));
    EXPECT_TRUE(third.isNamed());
  }
  EXPECT_EQ(testing::openDescriptors(), before);
}

TEST_F(Opening, AForgottenDescriptorStaysOpen) {
  SegmentFile file = create();
  const int descriptor = file.descriptor();
  file.forget();
  { const SegmentFile gone = std::move(file); }
  EXPECT_EQ(::close(descriptor), 0);
}

using Naming = SegmentFiles;

TEST_F(Naming, AFileWhoseNameMeansAnotherIsNotNamed) {
  SegmentFile old = create();
  removeFile(path()).value();
  EXPECT_FALSE(old.isNamed());
  EXPECT_FALSE(old.unlinkIfSame().value());
  const SegmentFile successor = create();
  EXPECT_FALSE(old.isNamed());
  EXPECT_FALSE(old.unlinkIfSame().value());
  EXPECT_TRUE(successor.isNamed());
}

TEST_F(Naming, UnlinkingRemovesOnesOwnName) {
  SegmentFile file = create();
  EXPECT_TRUE(file.unlinkIfSame().value());
  EXPECT_FALSE(file.isNamed());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Naming, ALinkToTheFileIsNotItsName) {
  const SegmentFile file = create("other");
  std::filesystem::create_symlink("other", path().string());
  std::filesystem::rename(path().string(), path("other").string());
  EXPECT_FALSE(file.isNamed());
}

TEST_F(Naming, RemovingAMissingNameIsNotFound) {
  EXPECT_EQ(removeFile(path()).error().code, ErrorCode::notFound);
}

TEST_F(Naming, ListsThePlainFilesSorted) {
  for (const char* name : {"b", "a", "c"})
    create(name);
  std::filesystem::create_directory(path("folder").string());
  std::filesystem::create_symlink("a", path("link").string());
  EXPECT_THAT(names(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(listFiles(directory_.path() + "/none").error().code, ErrorCode::notFound);
}

using Bytes = SegmentFiles;

TEST_F(Bytes, AreReadAsTheyWereWrittenAndFewerAtTheEnd) {
  SegmentFile file = create();
  file.resize(4096).value();
  const std::array<std::byte, 4> bytes{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  file.write(4092, bytes).value();
  std::array<std::byte, 4> seen{};
  EXPECT_EQ(open(Access::readOnly).read(4092, seen).value(), 4u);
  EXPECT_EQ(seen, bytes);
  EXPECT_EQ(file.read(4094, seen).value(), 2u);
  EXPECT_EQ(seen[0], std::byte{3});
  EXPECT_EQ(file.read(4096, seen).value(), 0u);
  EXPECT_EQ(file.read(std::uint64_t{1} << 40, seen).value(), 0u);
}

TEST_F(Bytes, WritingThroughAReadOnlyDescriptorIsAnError) {
  create();
  EXPECT_FALSE(open(Access::readOnly).write(0, std::array<std::byte, 1>{}));
}

}  // namespace
}  // namespace sluice::detail
