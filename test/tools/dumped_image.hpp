// A segment's image in a file, and shm-dump run on it as an operator runs it.
#pragma once

#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/wait.h>

#include <array>
#include <string>

#include "support/scratch_directory.hpp"
#include "support/segment_image.hpp"

namespace sluice {

struct Ran {
  int status;
  std::string output;
};

/// Runs a shell command, in which $D is shm-dump; output is what it writes to stdout.
inline Ran run(const std::string& command) {
  const std::string whole = "D=" SLUICE_TOOLS_DIR "/shm-dump; " + command;
  FILE* pipe = popen(whole.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  Ran ran{-1, {}};
  std::array<char, 4096> buffer;
  for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    ran.output.append(buffer.data(), got);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ran.status = WEXITSTATUS(status);
  return ran;
}

class ShmDump : public ::testing::Test {
 protected:
  /// A closed stream of 20 records with one consumer that has left a held row.
  void publishAndClose() {
    image_.publish(20);
    image_.producer().state.store(detail::ProducerState::closed, std::memory_order_relaxed);
    save();
  }
  void save() { image_.save(path()); }
  std::string path(const std::string& name = "ticks") const {
    return directory_.path() + "/" + name;
  }

  Ran dump(const std::string& arguments) const {
    return run("$D --directory " + directory_.path() + " " + arguments + " 2>&1");
  }

  testing::ScratchDirectory directory_;
  testing::SegmentImage image_;
};

}  // namespace sluice
