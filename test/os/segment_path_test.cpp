#include "os/segment_path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "segment_files.hpp"
#include "support/child_process.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;
using ::testing::HasSubstr;
using ::testing::Not;

using Paths = SegmentFiles;

TEST_F(Paths, ThatAreRelativeMeanWhereTheProcessWasWhenTheyWereMade) {
  ChildProcess child([&] {
    if (::chdir(directory_.path().c_str()) != 0) return 1;
    for (const std::string directory : {".", "./", ".//./", "./."}) {
      const SegmentPath path(directory, "ticks");
      if (path.string() != directory_.path() + "/ticks") return 2;
    }
    const SegmentPath below("./sub/../sub2", "ticks");
    if (below.directory != directory_.path() + "/sub/../sub2") return 3;
    FileToBe file({".", "ticks"});
    if (::chdir("/") != 0) return 4;
    file.done(file.link());
    return open().unlink() ? 0 : 5;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Paths, StayAsTheyAreWhereThePresentDirectoryIsGone) {
  ChildProcess child([&] {
    const std::string gone = directory_.path() + "/gone";
    if (::mkdir(gone.c_str(), 0700) != 0 || ::chdir(gone.c_str()) != 0) return 1;
    if (::rmdir(gone.c_str()) != 0) return 2;
    return SegmentPath(".", "ticks").string() == "./ticks" ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Paths, HaveANameThatIsOneWordWithoutControlCharacters) {
  const auto good = [&](const std::string& name) { return checkName(path(name)).has_value(); };
  EXPECT_TRUE(good("t"));
  EXPECT_TRUE(good("ticks-2.eu_west"));
  EXPECT_TRUE(good("K\xc3\xb6ln"));
  EXPECT_TRUE(good(std::string(200, 'x')));
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string(".hidden"),
        std::string("a/b"), std::string("/ticks"), std::string("a\0b", 3), std::string(201, 'x'),
        std::string("a\nb"), std::string("a\x1b[31m"), std::string("\t"), std::string("\x7f")}) {
    EXPECT_FALSE(good(name)) << name;
  }
  const Error error = checkName(path("a\x1b[31m/b")).error();
  EXPECT_EQ(error.code, ErrorCode::invalidArgument);
  EXPECT_THAT(error.message(), Not(HasSubstr("\x1b")));
}

TEST_F(Paths, OfFilesOfOthersMayHaveControlCharacters) {
  EXPECT_TRUE(checkFileName(path("a\nb")));
  EXPECT_TRUE(checkFileName(path(std::string(255, 'x'))));
  EXPECT_FALSE(checkFileName(path("a/b")));
  EXPECT_FALSE(checkFileName(path(".hidden")));
}

TEST_F(Paths, NeedADirectory) {
  const auto refused = checkName({"", "ticks"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "directory");
}

}  // namespace
}  // namespace sluice::detail
