#include "os/mapping.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "os/process_stamp.hpp"
#include "os/stand_in.hpp"

namespace sluice::detail {
namespace {

constexpr const char* fileSize = "file size";
constexpr const char* locking = "mlock";
// The kernel uses a huge page only where address and offset in the file agree.
constexpr std::uint64_t hugePage = 2U << 20;

Result<void> checkParts(const SegmentPath& path, std::uint64_t size,
                        std::span<const MappedPart> parts) {
  std::uint64_t end = 0;
  for (const MappedPart& part : parts) {
    const bool whole = part.offset % pageSize() == 0 && part.size % pageSize() == 0;
    if (part.offset != end || part.size == 0 || part.size > size - end || !whole) {
      return Error{ErrorCode::invalidArgument,
                   path.string(),
                   "mapped part",
                   "offset " + std::to_string(part.offset) + ", size " + std::to_string(part.size),
                   "whole pages from offset " + std::to_string(end),
                   "a segment is mapped on machines whose pages are no larger than 4096 bytes"};
    }
    end += part.size;
  }
  if (end != size || size == 0) {
    return Error{ErrorCode::invalidArgument,
                 path.string(),
                 "mapped parts",
                 std::to_string(end) + " bytes",
                 std::to_string(size) + " bytes",
                 ""};
  }
  return {};
}

void touchAll(const std::byte* base, const MappedPart& part) noexcept {
  for (std::uint64_t at = 0; at < part.size; at += pageSize())
    static_cast<void>(*static_cast<const volatile std::byte*>(base + part.offset + at));
}

}  // namespace

/// A reserved range of addresses, with the parts mapped over it.
struct Mapping::Regions {
  Regions(SegmentPath of, std::uint64_t length, std::vector<MappedPart> itsParts,
          const MemoryOptions& wanted)
      : path(std::move(of)), size(length), parts(std::move(itsParts)), options(wanted) {
    const std::uint64_t alignment = options.hugePages ? hugePage : pageSize();
    const std::uint64_t spare = alignment - pageSize();
    void* const start = ::mmap(nullptr, length + spare, PROT_NONE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) return;
    const std::uint64_t past = reinterpret_cast<std::uintptr_t>(start) % alignment;
    const std::uint64_t before = past == 0 ? 0 : alignment - past;
    base = static_cast<std::byte*>(start) + before;
    if (before != 0) ::munmap(start, before);
    if (before != spare) ::munmap(base + length, spare - before);
    // With mlockall(MCL_FUTURE) the reservation would count beside the parts.
    ::munlock(base, length);
  }
  ~Regions() {
    standIn.reset();
    // A forked child has no such mapping, and may have something else at these addresses.
    if (isReserved() && process.isCurrent()) ::munmap(base, size);
  }
  Regions(const Regions&) = delete;
  Regions& operator=(const Regions&) = delete;

  bool isReserved() const noexcept { return base != nullptr; }

  SegmentPath path;
  std::byte* base = nullptr;
  std::uint64_t size;
  std::vector<MappedPart> parts;
  MemoryOptions options;
  ProcessStamp process = ProcessStamp::current();
  std::optional<StandIn> standIn;
};

Mapping::Mapping(std::unique_ptr<Regions> regions) noexcept : regions_(std::move(regions)) {}
Mapping::Mapping(Mapping&&) noexcept = default;
Mapping& Mapping::operator=(Mapping&&) noexcept = default;
Mapping::~Mapping() = default;

std::byte* Mapping::base() const noexcept {
  return regions_->base;
}
std::uint64_t Mapping::size() const noexcept {
  return regions_->size;
}
std::atomic<std::uint64_t>& Mapping::wordOfProcess() noexcept {
  return regions_->standIn->word();
}

namespace {

CallFailure mapPart(int descriptor, std::byte* base, const MappedPart& part) noexcept {
  const int protection = part.access == Access::readOnly ? PROT_READ : PROT_READ | PROT_WRITE;
  void* const at = part.ofFile
                       ? ::mmap(base + part.offset, part.size, protection, MAP_SHARED | MAP_FIXED,
                                descriptor, static_cast<off_t>(part.offset))
                       : ::mmap(base + part.offset, part.size, protection,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  return at == MAP_FAILED ? CallFailure{"mmap", errno} : CallFailure{};
}

StandIn::Part onesInChild(std::span<const MappedPart> parts) noexcept {
  StandIn::Part ones;
  for (const MappedPart& part : parts) {
    if (!part.onesInChild) continue;
    if (ones.size == 0) ones.offset = part.offset;
    ones.size = part.offset + part.size - ones.offset;
  }
  return ones;
}

CallFailure preparePart(std::byte* base, const MappedPart& part,
                        const MemoryOptions& options) noexcept {
  std::byte* const at = base + part.offset;
  if (!part.dumped) ::madvise(at, part.size, MADV_DONTDUMP);
  if (options.hugePages) ::madvise(at, part.size, MADV_HUGEPAGE);
  if (options.prefault) {
#ifndef MADV_POPULATE_READ
    constexpr int MADV_POPULATE_READ = 22;
    constexpr int MADV_POPULATE_WRITE = 23;
#endif
    const int advice = part.access == Access::readWrite ? MADV_POPULATE_WRITE : MADV_POPULATE_READ;
    if (::madvise(at, part.size, advice) != 0) {
      if (errno != EINVAL) return {"madvise(populate)", errno};
      touchAll(base, part);
    }
  }
  if (options.lockPages && ::mlock(at, part.size) != 0) return {locking, errno};
  return {};
}

}  // namespace

Result<Mapping> Mapping::reserve(const SegmentPath& path, std::uint64_t size,
                                 std::vector<MappedPart> parts, const MemoryOptions& options) {
  if (auto good = checkParts(path, size, parts); !good) return good.error();
  auto regions = std::make_unique<Regions>(path, size, std::move(parts), options);
  if (!regions->isReserved())
    return systemError(path.string(), "mmap of " + std::to_string(size) + " bytes", errno);
  const Regions& made = *regions;
  regions->standIn.emplace(made.base, made.size, onesInChild(made.parts));
  return Mapping(std::move(regions));
}

CallFailure Mapping::mapFile(int descriptor) noexcept {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return {"fstat", errno};
  if (static_cast<std::uint64_t>(status.st_size) < regions_->size) return {fileSize, EINVAL};
  for (const MappedPart& part : regions_->parts) {
    if (auto failed = mapPart(descriptor, regions_->base, part)) return failed;
    if (::madvise(regions_->base + part.offset, part.size, MADV_DONTFORK) != 0)
      return {"madvise(MADV_DONTFORK)", errno};
  }
  return {};
}

CallFailure Mapping::mapNamed(const char* path, const FileId& file) noexcept {
  const int descriptor = ::open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return {"open", errno};
  const CallFailure failed =
      fileIdOf(descriptor) == file ? mapFile(descriptor) : CallFailure{"open", ENOENT};
  ::close(descriptor);
  return failed;
}

CallFailure Mapping::prepare() noexcept {
  for (const MappedPart& part : regions_->parts)
    if (auto failed = preparePart(regions_->base, part, regions_->options)) return failed;
  return {};
}

Result<Mapping> Mapping::map(const SegmentPath& path, int descriptor, std::uint64_t size,
                             std::vector<MappedPart> parts, const MemoryOptions& options) {
  auto mapping = reserve(path, size, std::move(parts), options);
  if (!mapping) return mapping;
  CallFailure failed = mapping->mapFile(descriptor);
  if (!failed) failed = mapping->prepare();
  if (failed) return mapping->errorOf(failed);
  return mapping;
}

Error Mapping::errorOf(const CallFailure& failure) const {
  const std::string path = regions_->path.string();
  const std::string size = std::to_string(regions_->size) + " bytes";
  if (failure.call == fileSize)
    return {
        ErrorCode::notASegment, path, fileSize,
        "less than " + size,    size, "the file was cut: remove it and create the segment anew"};
  const bool isLocking = failure.call == locking;
  return systemError(path, isLocking ? "mlock of " + size : failure.call, failure.number);
}

std::uint64_t pageSize() noexcept {
  static const auto size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace sluice::detail
