// A segment's image in a file, and shm-dump run on it as an operator runs it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/scratch_directory.hpp"
#include "support/segment_image.hpp"
#include "support/shell_command.hpp"

namespace sluice {

using testing::Ran;

/// Runs a shell command, in which $D is shm-dump.
inline Ran run(const std::string& command) {
  return testing::run("D=" SLUICE_TOOLS_DIR "/shm-dump; " + command);
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
