#include "os/file_id.hpp"

#include <sys/stat.h>

namespace sluice::detail {

FileId fileIdOf(int descriptor) noexcept {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 ? FileId{status.st_dev, status.st_ino} : FileId{};
}

FileId fileIdOf(const char* path) noexcept {
  struct stat status {};
  return ::lstat(path, &status) == 0 ? FileId{status.st_dev, status.st_ino} : FileId{};
}

}  // namespace sluice::detail
