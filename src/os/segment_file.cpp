#include "os/segment_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "os/directory.hpp"
#include "os/room.hpp"
#include "os/system_error.hpp"

namespace sluice::detail {
namespace {

constexpr std::uint64_t allocationChunk = 16U << 20;

flock lockOf(short type, std::uint64_t byte) noexcept {
  flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(byte);
  lock.l_len = 1;
  return lock;
}

FileId idOf(const struct stat& status) noexcept {
  return {status.st_dev, status.st_ino};
}

}  // namespace

SegmentFile::SegmentFile(int descriptor, Access access, SegmentPath path) noexcept
    : descriptor_(descriptor), access_(access), path_(std::move(path)) {}

SegmentFile::SegmentFile(SegmentFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      anchor_(std::move(other.anchor_)),
      access_(other.access_),
      path_(std::move(other.path_)),
      hiddenPath_(std::exchange(other.hiddenPath_, {})) {}

SegmentFile& SegmentFile::operator=(SegmentFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(anchor_, other.anchor_);
  std::swap(access_, other.access_);
  std::swap(path_, other.path_);
  std::swap(hiddenPath_, other.hiddenPath_);
  return *this;
}

SegmentFile::~SegmentFile() {
  if (!hiddenPath_.empty()) ::unlink(hiddenPath_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SegmentFile::forget() noexcept {
  descriptor_ = -1;
  hiddenPath_.clear();
}

Result<SegmentFile> SegmentFile::createUnnamed(const SegmentPath& path, unsigned mode) {
  auto fresh = openNewFile(path);
  if (!fresh) return fresh.error();
  SegmentFile file(fresh->descriptor, Access::readWrite, path);
  file.hiddenPath_ = std::move(fresh->hiddenPath);
  if (::fchmod(file.descriptor_, mode) != 0) return systemError(path.string(), "fchmod", errno);
  return file;
}

Result<SegmentFile> SegmentFile::open(const SegmentPath& path, Access access) {
  // O_NONBLOCK, or opening a fifo of that name would wait for its other end.
  const int flags =
      (access == Access::readOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
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
  SegmentFile file(descriptor, access, path);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return systemError(path.string(), "fstat", errno);
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::notASegment, path.string(),    "file",
                 "no regular file",      "a regular file", "check the name"};
  }
  return file;
}

Result<void> SegmentFile::resize(std::uint64_t size) {
  if (auto allowed = checkFileSizeLimit(path_, size); !allowed) return allowed;
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) == 0) return {};
  return systemError(path_.string(), "ftruncate", errno);
}

Result<void> SegmentFile::allocate(std::uint64_t size) {
  if (auto allowed = checkFileSizeLimit(path_, size); !allowed) return allowed;
  int error = canFit(descriptor_, size) ? 0 : ENOSPC;
  for (std::uint64_t at = 0; error == 0 && at < size; at += allocationChunk) {
    const std::uint64_t chunk = std::min(allocationChunk, size - at);
    do
      error = ::posix_fallocate(descriptor_, static_cast<off_t>(at), static_cast<off_t>(chunk));
    while (error == EINTR);
  }
  if (error == 0) return {};
  [[maybe_unused]] const int given = ::ftruncate(descriptor_, 0);
  if (error == ENOSPC) return noRoom(path_, size);
  return systemError(path_.string(), "posix_fallocate", error);
}

Result<void> SegmentFile::link() {
  auto named = giveName({descriptor_, hiddenPath_}, path_);
  if (named) hiddenPath_.clear();
  return named;
}

Result<bool> SegmentFile::unlinkIfSame() {
  if (!isNamed()) return false;
  if (::unlink(path_.string().c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return systemError(path_.string(), "unlink", errno);
}

bool SegmentFile::isNamed() const {
  struct stat status {};
  return ::lstat(path_.string().c_str(), &status) == 0 && idOf(status) == id();
}

std::uint64_t SegmentFile::size() const {
  struct stat status {};
  return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

FileId SegmentFile::id() const {
  struct stat status {};
  return ::fstat(descriptor_, &status) == 0 ? idOf(status) : FileId{};
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

Result<void> SegmentFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (auto allowed = checkFileSizeLimit(path_, offset + bytes.size()); !allowed) return allowed;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                                 static_cast<off_t>(offset + done));
    if (put > 0) {
      done += static_cast<std::size_t>(put);
    } else if (put == 0 || errno != EINTR) {
      return systemError(path_.string(), "pwrite", put == 0 ? ENOSPC : errno);
    }
  }
  return {};
}

/// Another open file of the same object. No lock is held yet.
Result<void> SegmentFile::openAnew() {
  const std::string own = "/proc/thread-self/fd/" + std::to_string(descriptor_);
  const int flags = (access_ == Access::readOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC;
  const int fresh = ::open(own.c_str(), flags);
  if (fresh < 0) return systemError(path_.string(), "open anew, beside a fork", errno);
  ::close(std::exchange(descriptor_, fresh));
  return {};
}

/// Ties the locks to the memory too: a descriptor that only the keeper has goes with that thread.
Result<void> SegmentFile::anchor() {
  while (!anchor_.isTied()) {
    const auto outcome = anchor_.tie(descriptor_);
    if (outcome == MemoryAnchor::Outcome::failed)
      return systemError(path_.string(), "mmap or madvise of the lease's page", errno);
    if (outcome == MemoryAnchor::Outcome::forked) {
      if (auto fresh = openAnew(); !fresh) return fresh;
    }
  }
  return {};
}

Result<bool> SegmentFile::tryLock(std::uint64_t byte) {
  if (auto anchored = anchor(); !anchored) return anchored.error();
  flock lock = lockOf(F_WRLCK, byte);
  if (::fcntl(descriptor_, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return systemError(path_.string(), "fcntl(F_OFD_SETLK)", errno);
}

void SegmentFile::unlock(std::uint64_t byte) {
  flock lock = lockOf(F_UNLCK, byte);
  ::fcntl(descriptor_, F_OFD_SETLK, &lock);
}

bool SegmentFile::lockedByAnother(std::uint64_t byte) const {
  // Asking as a reader: a process that may only read cannot look alive by locking for reading. And
  // where the
  // kernel gives no answer, nobody may be taken for dead.
  flock lock = lockOf(F_RDLCK, byte);
  return ::fcntl(descriptor_, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

Result<std::vector<std::string>> listFiles(const std::string& directory) {
  if (auto there = checkDirectory({directory, ""}); !there) return there.error();
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return systemError(directory, "opendir", errno);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    struct stat status {};
    if (::fstatat(::dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(status.st_mode))
      names.emplace_back(entry->d_name);
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> removeFile(const SegmentPath& path) {
  if (::unlink(path.string().c_str()) == 0) return {};
  return systemError(path.string(), "unlink", errno);
}

}  // namespace sluice::detail
