#include "os/mapping.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <boost/interprocess/detail/os_file_functions.hpp>
#include <boost/interprocess/exceptions.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <cerrno>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "os/process_stamp.hpp"
#include "os/stand_in.hpp"
#include "os/system_error.hpp"

namespace sluice::detail {
namespace {

namespace interprocess = boost::interprocess;

/// A segment's file as Boost.Interprocess wants to see a memory-mappable object.
class Mappable {
 public:
  Mappable(const SegmentFile& file, interprocess::mode_t mode) noexcept
      : descriptor_(file.descriptor()), mode_(mode) {}
  interprocess::mapping_handle_t get_mapping_handle() const noexcept {
    return interprocess::ipcdetail::mapping_handle_from_file_handle(descriptor_);
  }
  interprocess::mode_t get_mode() const noexcept { return mode_; }

 private:
  int descriptor_;
  interprocess::mode_t mode_;
};

interprocess::mode_t modeOf(Access access) noexcept {
  return access == Access::readOnly ? interprocess::read_only : interprocess::read_write;
}

Result<void> checkParts(const SegmentFile& file, std::uint64_t size,
                        std::span<const MappedPart> parts) {
  std::uint64_t end = 0;
  for (const MappedPart& part : parts) {
    const bool whole = part.offset % pageSize() == 0 && part.size % pageSize() == 0;
    if (part.offset != end || part.size == 0 || part.size > size - end || !whole) {
      return Error{ErrorCode::invalidArgument,
                   file.path().string(),
                   "mapped part",
                   "offset " + std::to_string(part.offset) + ", size " + std::to_string(part.size),
                   "whole pages from offset " + std::to_string(end),
                   "a segment is mapped on machines whose pages are no larger than 4096 bytes"};
    }
    end += part.size;
  }
  if (end != size || size == 0) {
    return Error{ErrorCode::invalidArgument,
                 file.path().string(),
                 "mapped parts",
                 std::to_string(end) + " bytes",
                 std::to_string(size) + " bytes",
                 ""};
  }
  if (const std::uint64_t there = file.size(); there < size) {
    return Error{ErrorCode::notASegment,
                 file.path().string(),
                 "file size",
                 std::to_string(there) + " bytes",
                 std::to_string(size) + " bytes",
                 "the file was truncated: remove it and create the segment anew"};
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
  /// The alignment is a multiple of the page size.
  Regions(std::uint64_t length, std::uint64_t alignment) : size(length) {
    const std::uint64_t spare = alignment - pageSize();
    void* const start = ::mmap(nullptr, length + spare, PROT_NONE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) return;
    const std::uint64_t past = reinterpret_cast<std::uintptr_t>(start) % alignment;
    const std::uint64_t before = past == 0 ? 0 : alignment - past;
    base = static_cast<std::byte*>(start) + before;
    if (before != 0) ::munmap(start, before);
    if (before != spare) ::munmap(base + length, spare - before);
  }
  ~Regions() {
    standIn.reset();
    // A forked child has no such mapping, and may have something else at these addresses.
    if (isReserved() && process.isCurrent()) ::munmap(base, size);
  }
  Regions(const Regions&) = delete;
  Regions& operator=(const Regions&) = delete;

  bool isReserved() const noexcept { return base != nullptr; }

  std::byte* base = nullptr;
  std::uint64_t size;
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

namespace {

/// Maps the part at its place. The region object is never destroyed: the whole range is unmapped at
/// once, by the owner of the reservation.
Result<void> mapPart(const SegmentFile& file, std::byte* base, const MappedPart& part) {
  if (!part.ofFile) {
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    void* const at = ::mmap(base + part.offset, part.size, PROT_READ | PROT_WRITE, flags, -1, 0);
    return at == MAP_FAILED ? systemError(file.path().string(), "mmap", errno) : Result<void>{};
  }
  alignas(interprocess::mapped_region) std::array<std::byte, sizeof(interprocess::mapped_region)>
      undestroyed;
  const interprocess::mode_t mode = modeOf(part.access);
  try {
    new (undestroyed.data()) interprocess::mapped_region(
        Mappable(file, mode), mode, static_cast<interprocess::offset_t>(part.offset), part.size,
        base + part.offset, MAP_SHARED | MAP_FIXED);
  } catch (const interprocess::interprocess_exception& exception) {
    return systemError(file.path().string(), "mmap", exception.get_native_error());
  }
  return {};
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

Result<void> prepare(const SegmentFile& file, std::byte* base, const MappedPart& part,
                     const MemoryOptions& options) {
  std::byte* const at = base + part.offset;
  if (::madvise(at, part.size, MADV_DONTFORK) != 0)
    return systemError(file.path().string(), "madvise(MADV_DONTFORK)", errno);
  if (!part.dumped) ::madvise(at, part.size, MADV_DONTDUMP);
  if (options.hugePages) ::madvise(at, part.size, MADV_HUGEPAGE);
  if (options.prefault) {
#ifndef MADV_POPULATE_READ
    constexpr int MADV_POPULATE_READ = 22;
    constexpr int MADV_POPULATE_WRITE = 23;
#endif
    const int advice = part.access == Access::readWrite ? MADV_POPULATE_WRITE : MADV_POPULATE_READ;
    if (::madvise(at, part.size, advice) != 0) {
      if (errno != EINVAL) return systemError(file.path().string(), "madvise(populate)", errno);
      touchAll(base, part);
    }
  }
  if (options.lockPages && ::mlock(at, part.size) != 0) {
    return systemError(file.path().string(), "mlock of " + std::to_string(part.size) + " bytes",
                       errno);
  }
  return {};
}

}  // namespace

Result<Mapping> Mapping::map(const SegmentFile& file, std::uint64_t size,
                             std::span<const MappedPart> parts, const MemoryOptions& options) {
  if (auto good = checkParts(file, size, parts); !good) return good.error();
  // The kernel uses a huge page only where address and offset in the file agree.
  constexpr std::uint64_t hugePage = 2U << 20;
  auto regions = std::make_unique<Regions>(size, options.hugePages ? hugePage : pageSize());
  if (!regions->isReserved())
    return systemError(file.path().string(), "mmap of " + std::to_string(size) + " bytes", errno);
  for (const MappedPart& part : parts) {
    if (auto mapped = mapPart(file, regions->base, part); !mapped) return mapped.error();
    if (auto done = prepare(file, regions->base, part, options); !done) return done.error();
  }
  regions->standIn.emplace(regions->base, size, onesInChild(parts));
  return Mapping(std::move(regions));
}

std::uint64_t pageSize() noexcept {
  static const auto size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace sluice::detail
