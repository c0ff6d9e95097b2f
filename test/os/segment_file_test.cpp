#include "os/segment_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "segment_files.hpp"
#include "support/child_process.hpp"
#include "support/other_user.hpp"
#include "support/process_facts.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Opening = SegmentFiles;

TEST_F(Opening, AMissingNameIsNotFoundAndIsNotMade) {
  EXPECT_EQ(codeOfOpening("ticks"), ErrorCode::notFound);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(Opening, WhatIsNoPlainFileIsNoSegment) {
  make("file");
  std::filesystem::create_symlink("file", path("link").string());
  std::filesystem::create_directory(path("folder").string());
  ASSERT_EQ(::mkfifo(path("fifo").string().c_str(), 0600), 0);
  for (const char* name : {"link", "folder", "fifo"})
    EXPECT_EQ(codeOfOpening(name), ErrorCode::notASegment) << name;
}

TEST_F(Opening, WithoutPermissionIsDenied) {
  make("closed", 0);
  make("readable", 0444);
  std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    const bool denied = codeOfOpening("closed") == ErrorCode::denied;
    return denied && SegmentFile::open(path("readable")) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Opening, AnotherUsersSegmentWorksInAStickyDirectory) {
  // With O_CREAT the kernel refuses it (fs.protected_regular), even to root.
  std::filesystem::permissions(directory_.path(),
                               std::filesystem::perms::all | std::filesystem::perms::sticky_bit);
  make("ticks", 0666);
  ChildProcess child([&] {
    testing::becomeAnotherUser();
    return SegmentFile::open(path()) ? 0 : 1;
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
    EXPECT_FALSE(SegmentFile::open(path("folder")));
    second = std::move(first);
    const SegmentFile third(std::move(second));
    EXPECT_TRUE(third.isNamed());
  }
  EXPECT_EQ(testing::openDescriptors(), before);
}

using Naming = SegmentFiles;

TEST_F(Naming, AFileWhoseNameMeansAnotherIsNotNamed) {
  SegmentFile old = create();
  removeFile(path()).value();
  EXPECT_FALSE(old.isNamed());
  EXPECT_EQ(old.unlink().error().code, ErrorCode::notFound);
  const SegmentFile successor = create();
  EXPECT_FALSE(old.isNamed());
  EXPECT_EQ(old.unlink().error().code, ErrorCode::notFound);
  EXPECT_TRUE(successor.isNamed());
}

TEST_F(Naming, UnlinkingRemovesOnesOwnName) {
  SegmentFile file = create();
  EXPECT_TRUE(file.unlink());
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
    make(name);
  std::filesystem::create_directory(path("folder").string());
  std::filesystem::create_symlink("a", path("link").string());
  EXPECT_THAT(names(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(listFiles(directory_.path() + "/none").error().code, ErrorCode::notFound);
}

using Bytes = SegmentFiles;

TEST_F(Bytes, AreReadAsTheyWereWrittenAndFewerAtTheEnd) {
  const std::array<std::byte, 4> bytes{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  {
    FileToBe written(path());
    written.done(written.resize(4096));
    written.done(written.write(4092, bytes));
    written.done(written.link());
  }
  const SegmentFile file = open();
  std::array<std::byte, 4> seen{};
  EXPECT_EQ(file.read(4092, seen).value(), 4u);
  EXPECT_EQ(seen, bytes);
  EXPECT_EQ(file.read(4094, seen).value(), 2u);
  EXPECT_EQ(seen[0], std::byte{3});
  EXPECT_EQ(file.read(4096, seen).value(), 0u);
  EXPECT_EQ(file.read(std::uint64_t{1} << 40, seen).value(), 0u);
}

}  // namespace
}  // namespace sluice::detail
