#include "os/new_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <random>

#include "os/directory.hpp"
#include "os/system_error.hpp"

namespace sluice::detail {
namespace {

constexpr int commonFlags = O_RDWR | O_CLOEXEC;
constexpr mode_t ownersAlone = S_IRUSR | S_IWUSR;

/// Whether the failure may be that of unnamed files alone.
bool maySupportNamedOnly(int number) noexcept {
  switch (number) {
    case EOPNOTSUPP:
    case EISDIR:
    case EINVAL:
    case ENOSYS:
    case EPERM:
    case EACCES:
      return true;
    default:
      return false;
  }
}

std::string hiddenPathIn(const std::string& directory) {
  std::random_device random;
  std::array<char, 40> name{};
  std::snprintf(name.data(), name.size(), "/.sluice-%08x%08x", random(), random());
  return directory + name.data();
}

Error cannotCreate(const SegmentPath& path, int number) {
  return systemError(path.string(), "create a file in " + path.directory, number);
}

Result<NewFile> openHidden(const SegmentPath& path) {
  constexpr int tries = 10;
  for (int i = 0; i < tries; ++i) {
    std::string hidden = hiddenPathIn(path.directory);
    const int descriptor =
        ::open(hidden.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | commonFlags, ownersAlone);
    if (descriptor >= 0) return NewFile{descriptor, std::move(hidden)};
    if (errno != EEXIST) break;
  }
  return cannotCreate(path, errno);
}

/// Without the way by which the kernel refuses to replace another file, a second name is given, and
/// the first taken away.
Result<void> rename(const std::string& hidden, const std::string& name) {
  if (::renameat2(AT_FDCWD, hidden.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0)
    return {};
  if (errno == EEXIST) return systemError(name, "name", EEXIST);
  if (::link(hidden.c_str(), name.c_str()) == 0) {
    ::unlink(hidden.c_str());
    return {};
  }
  return systemError(name, errno == EEXIST ? "name" : "linkat", errno);
}

}  // namespace

Result<NewFile> openNewFile(const SegmentPath& path) {
  if (auto memory = checkIsMemory(path); !memory) return memory.error();
  const int descriptor = ::open(path.directory.c_str(), O_TMPFILE | commonFlags, ownersAlone);
  if (descriptor >= 0) return NewFile{descriptor, {}};
  if (!maySupportNamedOnly(errno)) return cannotCreate(path, errno);
  return openHidden(path);
}

Result<void> giveName(const NewFile& file, const SegmentPath& path) {
  const std::string name = path.string();
  if (!file.hiddenPath.empty()) return rename(file.hiddenPath, name);
  if (::linkat(file.descriptor, "", AT_FDCWD, name.c_str(), AT_EMPTY_PATH) == 0) return {};
  if (errno == EEXIST) return systemError(name, "name", EEXIST);
  // Before Linux 6.10 an empty path needs a privilege, and /proc does not.
  const std::string own = "/proc/thread-self/fd/" + std::to_string(file.descriptor);
  if (::linkat(AT_FDCWD, own.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
  return systemError(name, errno == EEXIST ? "name" : "linkat", errno);
}

}  // namespace sluice::detail
