// A folder in which shell commands use shm-pub and shm-sub.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/scratch_directory.hpp"
#include "support/shell_command.hpp"

namespace sluice {

using testing::Ran;

class Pipes : public ::testing::Test {
 protected:
  /// Runs a shell command in a folder of its own, in which $P is shm-pub and $S is shm-sub, of the
  /// segment "log" there, and $PUB, $SUB and $D are the tools without a segment.
  Ran run(const std::string& command) const {
    const std::string tools = SLUICE_TOOLS_DIR;
    return testing::run("cd " + directory_.path() + "; PUB=" + tools + "/shm-pub; SUB=" + tools +
                        "/shm-sub; D=" + tools +
                        "/shm-dump; P=\"$PUB ./log\"; S=\"$SUB ./log\"; { " + command + "; } 2>&1");
  }
  /// The path of a file there.
  std::string path(const std::string& name = "log") const { return directory_.path() + "/" + name; }

  testing::ScratchDirectory directory_;
};

}  // namespace sluice
