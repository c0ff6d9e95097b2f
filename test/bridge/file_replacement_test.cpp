// Files that are written whole.
#include "file_replacement.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/scratch_directory.hpp"

namespace shm_bridge {
namespace {

TEST(FileReplacement, GivesAFileItsNewContentAndLeavesNothingBeside) {
  const sluice::testing::ScratchDirectory scratch;
  const std::string path = scratch.path() + "/file";
  EXPECT_FALSE(replaceFile(path, "a longer text"));
  EXPECT_FALSE(replaceFile(path, "text"));
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "text");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.path()), {}), 1);
}

TEST(FileReplacement, TellsWhatRefusesIt) {
  const sluice::testing::ScratchDirectory scratch;
  EXPECT_EQ(replaceFile(scratch.path() + "/none/file", "text"),
            std::errc::no_such_file_or_directory);
  std::filesystem::create_directory(scratch.path() + "/folder");
  EXPECT_TRUE(replaceFile(scratch.path() + "/folder", "text"));
}

}  // namespace
}  // namespace shm_bridge
