#include "os/directory.hpp"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>

#include "os/printable.hpp"
#include "os/system_error.hpp"
#include "sluice/policy.hpp"

namespace sluice::detail {
namespace {

struct FileSystem {
  unsigned long magic;
  const char* name;
};

// <linux/magic.h> does not have all of them.
constexpr std::array<FileSystem, 13> known{{{EXT4_SUPER_MAGIC, "ext4"},
                                            {0x58465342, "xfs"},
                                            {BTRFS_SUPER_MAGIC, "btrfs"},
                                            {0x2fc12fc1, "zfs"},
                                            {F2FS_SUPER_MAGIC, "f2fs"},
                                            {OVERLAYFS_SUPER_MAGIC, "overlay"},
                                            {NFS_SUPER_MAGIC, "nfs"},
                                            {0xff534d42, "cifs"},
                                            {0x65735546, "fuse"},
                                            {0x01021997, "9p"},
                                            {MSDOS_SUPER_MAGIC, "vfat"},
                                            {PROC_SUPER_MAGIC, "proc"},
                                            {HUGETLBFS_MAGIC, "hugetlbfs"}}};

std::string nameOf(unsigned long magic) {
  for (const FileSystem& system : known)
    if (system.magic == magic) return system.name;
  std::array<char, 20> hex{};
  std::snprintf(hex.data(), hex.size(), "0x%lx", magic);
  return std::string("type ") + hex.data();
}

}  // namespace

Result<void> checkDirectory(const SegmentPath& path) {
  struct stat status {};
  if (::stat(path.directory.c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR)
      return systemError(path.string(), "stat of the directory", errno);
    return Error{ErrorCode::notFound,
                 path.string(),
                 "directory",
                 "no " + printable(path.directory),
                 "a directory that exists",
                 path.directory == defaultDirectory
                     ? "mount a tmpfs there"
                     : "create it on a tmpfs, or leave the option out for /dev/shm"};
  }
  if (S_ISDIR(status.st_mode)) return {};
  return Error{ErrorCode::invalidArgument,
               path.string(),
               "directory",
               printable(path.directory) + ", which is none",
               "a directory",
               "give the directory and the name apart"};
}

Result<void> checkIsMemory(const SegmentPath& path) {
  if (auto there = checkDirectory(path); !there) return there;
  struct statfs system {};
  if (::statfs(path.directory.c_str(), &system) != 0)
    return systemError(path.string(), "statfs of the directory", errno);
  const auto magic = static_cast<unsigned long>(system.f_type) & 0xffffffffUL;
  if (magic == TMPFS_MAGIC || magic == RAMFS_MAGIC) return {};
  const bool isHuge = magic == HUGETLBFS_MAGIC;
  return Error{ErrorCode::invalidArgument,
               path.string(),
               "directory",
               printable(path.directory) + " on a file system of " + nameOf(magic),
               "a file system in memory: tmpfs",
               isHuge
                   ? "leave the option out for /dev/shm, and ask for huge pages there "
                     "(memory.hugePages)"
                   : "leave the option out for /dev/shm, or mount a tmpfs there; a disk stops the "
                     "processes that store while it is written"};
}

Result<std::vector<std::string>> listNames(const std::string& directory) {
  if (auto there = checkDirectory({directory, ""}); !there) return there.error();
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return systemError(directory, "opendir", errno);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace sluice::detail
