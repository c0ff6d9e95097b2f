// Names, paths and files as an operator gives them to the tools.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "dumped_image.hpp"

namespace sluice {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ToolNames : public ShmDump {
 protected:
  static Ran shmRm(const std::string& arguments) {
    return run("R=" SLUICE_TOOLS_DIR "/shm-rm; $R " + arguments + " 2>&1");
  }
  Ran inDirectory(const std::string& command) const {
    return run("cd " + directory_.path() + "; " + command + " 2>&1");
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(path(name)); }
};

TEST_F(ToolNames, MayBePaths) {
  publishAndClose();
  EXPECT_EQ(run("$D " + path() + " 2>&1").status, 0);
  EXPECT_EQ(inDirectory("$D ./ticks").status, 0);
  EXPECT_THAT(inDirectory("$D ./ticks").output, HasSubstr("segment " + path() + "\n"));
  EXPECT_EQ(inDirectory("$D --directory . ticks").status, 0);
  const Ran both = dump(path());
  EXPECT_EQ(both.status, 2);
  EXPECT_THAT(both.output, HasSubstr("excludes --directory"));
  EXPECT_EQ(shmRm("./ticks --directory " + directory_.path()).status, 2);
  EXPECT_EQ(shmRm(path()).status, 0);
  EXPECT_FALSE(exists("ticks"));
}

TEST_F(ToolNames, OfAFolderOrNothingAreToldWell) {
  EXPECT_EQ(run("$D " + directory_.path() + "/ 2>&1").status, 2);
  const Ran missing = run("$D /nowhere/at/all/ticks 2>&1");
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.output, HasSubstr("no /nowhere/at/all"));
}

TEST_F(ToolNames, AreShownWithoutWhatSteersATerminal) {
  image_.publish(3);
  image_.save(path());
  std::filesystem::create_directory(path("a\x1b[31mb\nc"));
  std::filesystem::copy_file(path(), path("a\x1b[31mb\nc/ticks"));
  std::filesystem::copy_file(path(), path("x\x1b[2J\ny"));
  for (const std::string arguments :
       {"$'a\\x1b[31mb\\nc/ticks'", "$'a\\x1b[31mb\\nc/none'", "$'./x\\x1b[2J\\ny'",
        "--list --directory .", "--last $'\\x1b[2J' ./ticks", "--fields $'\\x1b' ./ticks"}) {
    const Ran ran = inDirectory("bash -c \"$D " + arguments + "\"");
    EXPECT_THAT(ran.output, Not(HasSubstr("\x1b"))) << arguments;
    EXPECT_THAT(ran.output, Not(HasSubstr("\nc/"))) << arguments;
    EXPECT_THAT(ran.output, Not(HasSubstr("\ny"))) << arguments;
  }
  EXPECT_THAT(inDirectory("$D --list --directory .").output, HasSubstr("\nx?[2J?y "));
  EXPECT_THAT(inDirectory("bash -c \"$D $'./x\\x1b[2J\\ny'\"").output, HasSubstr("/x?[2J?y\n"));
  EXPECT_EQ(inDirectory("bash -c \"" SLUICE_TOOLS_DIR "/shm-rm $'./x\\x1b[2J\\ny'\"").status, 0);
}

TEST_F(ToolNames, NumbersThatMakeNoSenseAreToldInOneShortLine) {
  publishAndClose();
  for (const std::string arguments : {"--last 0", "--last -1", "--last 1e999", "--cut 0"}) {
    const Ran ran = dump("ticks " + arguments);
    EXPECT_EQ(ran.status, 2) << arguments;
    EXPECT_LT(ran.output.size(), 200U) << ran.output;
  }
}

TEST_F(ToolNames, OfAFileThatIsNoSegmentAreNotRemovedUnlessForced) {
  std::ofstream(path("foreign")) << "precious";
  std::ofstream(path("empty")).flush();
  for (const std::string name : {"foreign", "empty"}) {
    const Ran refused = shmRm(path(name));
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.output, HasSubstr("do not begin as a segment does"));
    EXPECT_THAT(refused.output, HasSubstr("--force"));
    EXPECT_TRUE(exists(name));
    EXPECT_EQ(shmRm(path(name) + " --force").status, 0);
    EXPECT_FALSE(exists(name));
  }
}

TEST_F(ToolNames, OfWhatIsNoPlainFileAreNotRemovedThoughForced) {
  std::filesystem::create_directory(path("folder"));
  std::filesystem::create_symlink("folder", path("link"));
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  for (const std::string name : {"folder", "link", "fifo"}) {
    EXPECT_EQ(shmRm(path(name) + " --force").status, 2) << name;
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::symlink_status(path(name)))) << name;
  }
}

TEST_F(ToolNames, OfADamagedSegmentAreRemovedWithoutForce) {
  publishAndClose();
  image_.header().capacity = 17;
  image_.save(path("damaged"));
  image_.save(path("cut"), 100);
  EXPECT_EQ(shmRm(path("damaged")).status, 0);
  EXPECT_EQ(shmRm(path("cut")).status, 0);
}

}  // namespace
}  // namespace sluice
