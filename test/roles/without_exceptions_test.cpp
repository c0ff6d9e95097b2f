// A user's translation unit may be compiled with -fno-exceptions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "support/scratch_directory.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using ::testing::HasSubstr;
using testing::ScratchDirectory;
using testing::SegmentName;

/// How the program ended, as waitpid() tells it, and what it said.
struct End {
  int status;
  std::string said;
};

End run(const std::string& what, const SegmentName& name) {
  const ScratchDirectory scratch;
  const std::string said = scratch.path() + "/said";
  const std::string command = "ulimit -c 0; exec " SLUICE_TEST_PROGRAMS_DIR "/without_exceptions " +
                              what + " " + name.str() + " 2>" + said;
  const int status = std::system(command.c_str());
  std::stringstream text;
  text << std::ifstream(said).rdbuf();
  return {status, text.str()};
}

bool isAborted(const End& end) {
  return WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGABRT;
}

TEST(WithoutExceptions, AStreamRunsAndErrorsAreReturned) {
  SegmentName name;
  const End end = run("stream", name);
  EXPECT_TRUE(WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0) << end.status << end.said;
}

TEST(WithoutExceptions, AskingForAValueThatIsNotThereEndsTheProgramAndSaysWhy) {
  for (const char* what : {"value", "success"}) {
    SegmentName name;
    const End end = run(what, name);
    EXPECT_TRUE(isAborted(end)) << what << ": " << end.status;
    EXPECT_THAT(end.said, HasSubstr(name.str())) << what;
  }
}

TEST(WithoutExceptions, AClaimThatCannotBeMadeEndsTheProgramAndSaysWhy) {
  SegmentName closed;
  const End afterTheClose = run("closed", closed);
  EXPECT_TRUE(isAborted(afterTheClose)) << afterTheClose.status;
  EXPECT_THAT(afterTheClose.said, HasSubstr("closed"));
  SegmentName full;
  const End allClaimed = run("full", full);
  EXPECT_TRUE(isAborted(allClaimed)) << allClaimed.status;
  EXPECT_THAT(allClaimed.said, HasSubstr("8 slots claimed"));
}

}  // namespace
}  // namespace sluice
