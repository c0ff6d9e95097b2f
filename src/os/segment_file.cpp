#include "os/segment_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "os/cancellation.hpp"
#include "os/directory.hpp"
#include "os/system_error.hpp"

namespace sluice::detail {
SegmentFile::SegmentFile(int descriptor, SegmentPath path) noexcept
    : descriptor_(descriptor), path_(std::move(path)) {}

SegmentFile::SegmentFile(SegmentFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

SegmentFile& SegmentFile::operator=(SegmentFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

SegmentFile::~SegmentFile() {
  const CancellationDisabled whole;
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<SegmentFile> SegmentFile::open(const SegmentPath& path) {
  // O_NONBLOCK, or opening a fifo of that name would wait for its other end.
  const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const int descriptor = ::open(path.string().c_str(), flags);
  if (descriptor < 0) {
    const int number = errno;
    if (number == ENOENT || number == ENOTDIR) {
      if (auto there = checkDirectory(path); !there) return there.error();
    }
    if (number != ELOOP && number != EISDIR && number != ENXIO)
      return systemError(path.string(), "open", number);
    return Error{ErrorCode::notASegment,         path.string(),    "file",
                 "a link, a folder or a device", "a regular file", "check the name"};
  }
  SegmentFile file(descriptor, path);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return systemError(path.string(), "fstat", errno);
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::notASegment, path.string(),    "file",
                 "no regular file",      "a regular file", "check the name"};
  }
  return file;
}

Result<void> SegmentFile::unlink() {
  if (!isNamed()) return goneMeanwhile(path_);
  if (::unlink(path_.string().c_str()) == 0) return {};
  if (errno == ENOENT) return goneMeanwhile(path_);
  return systemError(path_.string(), "unlink", errno);
}

std::uint64_t SegmentFile::size() const {
  struct stat status {};
  return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

FileId SegmentFile::id() const {
  return fileIdOf(descriptor_);
}

Result<std::size_t> SegmentFile::read(std::uint64_t offset, std::span<std::byte> buffer) const {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t got = ::pread(descriptor_, buffer.data() + done, buffer.size() - done,
                                static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      return systemError(path_.string(), "pread", errno);
    }
  }
  return done;
}

Result<std::vector<std::string>> listFiles(const std::string& directory) {
  auto names = listNames(directory);
  if (!names) return names;
  std::erase_if(*names, [&directory](const std::string& name) {
    struct stat status {};
    const std::string path = SegmentPath(directory, name).string();
    return ::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode);
  });
  return names;
}

Error goneMeanwhile(const SegmentPath& path) {
  return {ErrorCode::notFound,    path.string(), "name", "removed or replaced meanwhile",
          "to stay for a moment", "try again"};
}

bool isOfThisUser(const SegmentPath& path) noexcept {
  struct stat status {};
  return ::lstat(path.string().c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

Result<void> removeFile(const SegmentPath& path) {
  if (::unlink(path.string().c_str()) == 0) return {};
  return systemError(path.string(), "unlink", errno);
}

}  // namespace sluice::detail
