#include "os/lease_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <utility>

#include "os/cancellation.hpp"
#include "os/lock_table.hpp"
#include "os/system_error.hpp"

namespace sluice::detail {
namespace {

constexpr std::string_view prefix = ".sluice-";

constexpr int toAsk = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

std::string pathOf(const SegmentPath& segment, const SegmentId& id) {
  return segment.directory + "/" + leaseFileName(id);
}

Error missing(const SegmentPath& segment, const std::string& path) {
  return {ErrorCode::notASegment,
          segment.string(),
          "leases",
          "no " + path,
          "the file that the segment's creator made for the leases of its participants",
          "it was removed: nobody can join the segment any more. Once its participants have ended, "
          "remove it (shm-rm --force) and create it again"};
}

}  // namespace

LeaseFile::LeaseFile(std::string segment, std::string path, FileId id, int descriptor) noexcept
    : segment_(std::move(segment)), path_(std::move(path)), id_(id), descriptor_(descriptor) {}

LeaseFile::LeaseFile(LeaseFile&& other) noexcept
    : segment_(std::move(other.segment_)),
      path_(std::move(other.path_)),
      id_(other.id_),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

LeaseFile& LeaseFile::operator=(LeaseFile&& other) noexcept {
  std::swap(segment_, other.segment_);
  std::swap(path_, other.path_);
  std::swap(id_, other.id_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

LeaseFile::~LeaseFile() {
  const CancellationDisabled whole;
  // Other code may have closed it, and the number may be another file's by now.
  if (isOpen()) ::close(descriptor_);
}

Result<LeaseFile> LeaseFile::create(const SegmentPath& segment, const SegmentId& id,
                                    unsigned segmentMode) {
  const CancellationDisabled whole;
  std::string path = pathOf(segment, id);
  constexpr mode_t ownersAlone = S_IRUSR | S_IWUSR;
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | toAsk, ownersAlone);
  if (descriptor < 0)
    return systemError(segment.string(), "create a file in " + segment.directory, errno);
  LeaseFile file(segment.string(), std::move(path), fileIdOf(descriptor), descriptor);
  // In a step of its own, as the umask takes from what a file is created with.
  if (::fchmod(descriptor, leaseFileMode(segmentMode)) == 0) return file;
  const int number = errno;
  file.remove();
  return systemError(segment.string(), "fchmod of " + file.path(), number);
}

Result<LeaseFile> LeaseFile::open(const SegmentPath& segment, const SegmentId& id) {
  std::string path = pathOf(segment, id);
  const int descriptor = ::open(path.c_str(), toAsk);
  if (descriptor >= 0)
    return LeaseFile(segment.string(), std::move(path), fileIdOf(descriptor), descriptor);
  const int number = errno;
  if (number == ENOENT) return missing(segment, path);
  if (number != EACCES && number != EPERM)
    return systemError(segment.string(), "open of " + path, number);
  const FileId file = fileIdOf(path.c_str());
  return LeaseFile(segment.string(), std::move(path), file, -1);
}

LeaseFile LeaseFile::openOrUnknown(const SegmentPath& segment, const SegmentId& id) {
  auto file = open(segment, id);
  return file ? *std::move(file) : unknown(segment, id);
}

LeaseFile LeaseFile::unknown(const SegmentPath& segment, const SegmentId& id) {
  return {segment.string(), pathOf(segment, id), FileId{}, -1};
}

bool LeaseFile::isOpen() const noexcept {
  return descriptor_ >= 0 && fileIdOf(descriptor_) == id_;
}

std::optional<bool> LeaseFile::isLocked(std::uint64_t first, std::uint64_t count) const {
  if (!isOpen()) {
    const CancellationDisabled whole;
    descriptor_ = ::open(path_.c_str(), toAsk);
    if (descriptor_ >= 0 && !isOpen()) ::close(std::exchange(descriptor_, -1));
    if (descriptor_ < 0) return std::nullopt;
  }
  // As a reader, so that a process which has only a read lock does not look alive.
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(first);
  lock.l_len = static_cast<off_t>(count);
  if (::fcntl(descriptor_, F_OFD_GETLK, &lock) != 0) return std::nullopt;
  return lock.l_type != F_UNLCK;
}

std::optional<bool> LeaseFile::isHeld(std::uint64_t byte) const {
  const auto locked = isLocked(byte, 1);
  return locked || id_.inode == 0 ? locked : isWriteLocked(id_, byte);
}

bool LeaseFile::mayBeInUse() const {
  constexpr std::uint64_t toTheEnd = 0;
  return isLocked(0, toTheEnd).value_or(true);
}

void LeaseFile::remove() const noexcept {
  if (isFile(path_, id_)) ::unlink(path_.c_str());
}

std::string leaseFileName(const SegmentId& id) {
  return std::string(prefix) + inHex(id);
}

unsigned leaseFileMode(unsigned segmentMode) noexcept {
  unsigned mode = S_IRUSR | S_IWUSR;
  for (const unsigned writable : {0200U, 0020U, 0002U})
    if ((segmentMode & writable) != 0) mode |= writable | writable << 1;
  return mode;
}

std::optional<SegmentId> segmentOfLeaseFile(std::string_view name) noexcept {
  SegmentId id{};
  if (name.size() != prefix.size() + 2 * id.size() || !name.starts_with(prefix))
    return std::nullopt;
  const char* digits = name.data() + prefix.size();
  for (std::uint8_t& byte : id) {
    const auto read = std::from_chars(digits, digits + 2, byte, 16);
    if (read.ec != std::errc{} || read.ptr != digits + 2) return std::nullopt;
    digits += 2;
  }
  return id;
}

}  // namespace sluice::detail
