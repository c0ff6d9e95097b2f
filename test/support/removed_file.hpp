// A file that a test leaves no trace of.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace sluice::testing {

/// Removed when this object is destroyed, if it is there then.
class RemovedFile {
 public:
  explicit RemovedFile(std::string path) : path_(std::move(path)) {}
  ~RemovedFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  RemovedFile(const RemovedFile&) = delete;
  RemovedFile& operator=(const RemovedFile&) = delete;

 private:
  std::string path_;
};

}  // namespace sluice::testing
