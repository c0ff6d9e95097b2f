#include "os/new_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "os/directory.hpp"
#include "os/room.hpp"

namespace sluice::detail {
namespace {

constexpr int commonFlags = O_RDWR | O_CLOEXEC;
constexpr mode_t ownersAlone = S_IRUSR | S_IWUSR;
constexpr std::uint64_t allocationChunk = 16U << 20;
constexpr const char* creation = "create a file";
constexpr const char* allocation = "posix_fallocate";

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

CallFailure failureOf(const char* call) noexcept {
  return {call, errno};
}

CallFailure linkFailure() noexcept {
  return failureOf(errno == EEXIST ? "name" : "linkat");
}

}  // namespace

NewFile::NewFile(const SegmentPath& path, std::string_view hiddenName, unsigned mode)
    : path_(path),
      name_(path.string()),
      hiddenName_(path.directory + "/" + std::string(hiddenName)),
      mode_(mode) {}

CallFailure NewFile::open() noexcept {
  descriptor_ = ::open(path_.directory.c_str(), O_TMPFILE | commonFlags, ownersAlone);
  if (descriptor_ < 0 && maySupportNamedOnly(errno)) {
    descriptor_ =
        ::open(hiddenName_.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | commonFlags, ownersAlone);
    isHidden_ = descriptor_ >= 0;
  }
  if (descriptor_ < 0) return failureOf(creation);
  return ::fchmod(descriptor_, mode_) == 0 ? CallFailure{} : failureOf("fchmod");
}

CallFailure NewFile::resize(std::uint64_t size) noexcept {
  size_ = size;
  return ::ftruncate(descriptor_, static_cast<off_t>(size)) == 0 ? CallFailure{}
                                                                 : failureOf("ftruncate");
}

CallFailure NewFile::allocate(std::uint64_t size) noexcept {
  size_ = size;
  int error = canFit(descriptor_, size) ? 0 : ENOSPC;
  for (std::uint64_t at = 0; error == 0 && at < size; at += allocationChunk) {
    const std::uint64_t chunk = std::min(allocationChunk, size - at);
    do
      error = ::posix_fallocate(descriptor_, static_cast<off_t>(at), static_cast<off_t>(chunk));
    while (error == EINTR);
  }
  if (error != 0) [[maybe_unused]]
    const int given = ::ftruncate(descriptor_, 0);
  return {allocation, error};
}

CallFailure NewFile::write(std::uint64_t offset, std::span<const std::byte> bytes) noexcept {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                                 static_cast<off_t>(offset + done));
    if (put > 0)
      done += static_cast<std::size_t>(put);
    else if (put == 0)
      return {"pwrite", ENOSPC};
    else if (errno != EINTR)
      return failureOf("pwrite");
  }
  return {};
}

CallFailure NewFile::link() noexcept {
  if (isHidden_) return rename();
  if (::linkat(descriptor_, "", AT_FDCWD, name_.c_str(), AT_EMPTY_PATH) == 0) return {};
  if (errno == EEXIST) return linkFailure();
  // Before Linux 6.10 an empty path needs a privilege, and /proc does not.
  std::array<char, 48> own{};
  std::snprintf(own.data(), own.size(), "/proc/thread-self/fd/%d", descriptor_);
  if (::linkat(AT_FDCWD, own.data(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
  return linkFailure();
}

/// Without the way by which the kernel refuses to replace another file, a second name is given, and
/// the first taken away.
CallFailure NewFile::rename() noexcept {
  if (::renameat2(AT_FDCWD, hiddenName_.c_str(), AT_FDCWD, name_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return linkFailure();
    if (::link(hiddenName_.c_str(), name_.c_str()) != 0) return linkFailure();
    ::unlink(hiddenName_.c_str());
  }
  isHidden_ = false;
  return {};
}

void NewFile::close() noexcept {
  if (std::exchange(isHidden_, false)) ::unlink(hiddenName_.c_str());
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Error NewFile::errorOf(const CallFailure& failure) const {
  if (failure.call == creation)
    return systemError(name_, "create a file in " + path_.directory, failure.number);
  if (failure.call == allocation && failure.number == ENOSPC) return noRoom(path_, size_);
  return systemError(name_, failure.call, failure.number);
}

Result<void> checkNewFile(const SegmentPath& path, std::uint64_t size) {
  if (auto memory = checkIsMemory(path); !memory) return memory;
  return checkFileSizeLimit(path, size);
}

}  // namespace sluice::detail
