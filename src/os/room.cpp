#include "os/room.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <string>

namespace sluice::detail {

Result<void> checkFileSizeLimit(const SegmentPath& path, std::uint64_t size) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
  if (size <= limit.rlim_cur) return {};
  return Error{
      ErrorCode::full,
      path.string(),
      "RLIMIT_FSIZE",
      std::to_string(limit.rlim_cur) + " bytes for a file of this process",
      "at least " + std::to_string(size),
      "raise the limit of a file's size (ulimit -f; LimitFSIZE= of a service), or choose a "
      "smaller ring"};
}

bool canFit(int descriptor, std::uint64_t size) {
  struct statvfs system {};
  struct stat file {};
  if (::fstatvfs(descriptor, &system) != 0 || ::fstat(descriptor, &file) != 0) return true;
  const bool unlimited = system.f_blocks == 0;
  constexpr std::uint64_t statBlock = 512;
  const std::uint64_t there = static_cast<std::uint64_t>(file.st_blocks) * statBlock;
  return unlimited || size <= there || (size - there) / system.f_frsize <= system.f_bavail;
}

Error noRoom(const SegmentPath& path, std::uint64_t size) {
  struct statvfs system {};
  std::string found = "no room";
  if (::statvfs(path.directory.c_str(), &system) == 0) {
    found = std::to_string(system.f_bavail * system.f_frsize) + " of " +
            std::to_string(system.f_blocks * system.f_frsize) + " bytes free in " + path.directory;
  }
  return {ErrorCode::full,
          path.string(),
          "capacity",
          found,
          std::to_string(size) + " bytes",
          "choose a smaller capacity, or enlarge the file system (containers often have a /dev/shm "
          "of 64 MiB)"};
}

}  // namespace sluice::detail
