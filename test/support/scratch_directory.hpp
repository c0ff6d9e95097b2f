// A directory of the test's own in the shared-memory file system.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace sluice::testing {

/// Made empty, removed with everything in it.
class ScratchDirectory {
 public:
  ScratchDirectory()
      : path_("/dev/shm/sluice-test-directory-" + std::to_string(getpid()) + "-" + count()) {
    std::filesystem::create_directory(path_);
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::string& path() const noexcept { return path_; }

 private:
  static std::string count() {
    static std::atomic<int> made{0};
    return std::to_string(made.fetch_add(1, std::memory_order_relaxed));
  }

  std::string path_;
};

}  // namespace sluice::testing
