// A file's bytes in this process's memory, each part with its own protection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "os/segment_file.hpp"
#include "sluice/options.hpp"

namespace sluice::detail {

/// A run of whole pages of the file. Offset and size are multiples of the page size.
struct MappedPart {
  std::uint64_t offset;
  std::uint64_t size;
  Access access;
  bool dumped = true;  ///< part of a core dump
  bool ofFile = true;  ///< otherwise zeros that nobody else sees, in place of the file's bytes
  bool onesInChild = false;  ///< a forked child sees ones there, in place of zeros
};

/// The whole file at one address. Not inherited by fork: a forked child has private memory there,
/// which holds nothing of the file. Parts with ones in a child must lie side by side. Unmapped when
/// destroyed, and the pages stay valid until then even if the file is removed.
class Mapping {
 public:
  /// Maps `size` bytes; the parts must cover them in order without gaps. notASegment when the file
  /// is shorter.
  static Result<Mapping> map(const SegmentFile& file, std::uint64_t size,
                             std::span<const MappedPart> parts, const MemoryOptions& options);

  Mapping(Mapping&&) noexcept;
  Mapping& operator=(Mapping&&) noexcept;
  ~Mapping();

  std::byte* base() const noexcept;
  std::uint64_t size() const noexcept;

 private:
  struct Regions;
  explicit Mapping(std::unique_ptr<Regions> regions) noexcept;
  std::unique_ptr<Regions> regions_;
};

/// The page size of this machine, in bytes.
std::uint64_t pageSize() noexcept;

}  // namespace sluice::detail
