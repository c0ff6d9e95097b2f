// A file's bytes in this process's memory, each part with its own protection.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "os/file_id.hpp"
#include "os/segment_path.hpp"
#include "os/system_error.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

enum class Access { readOnly, readWrite };

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
/// destroyed, and the pages stay valid until then even if the file is removed. Made in steps, of
/// which only the first allocates: a descriptor that can be written may be open in the second, and
/// a tracer that hooks malloc could write into it.
class Mapping {
 public:
  /// Takes `size` bytes of addresses; the parts must cover them in order without gaps. `path` is
  /// for messages.
  static Result<Mapping> reserve(const SegmentPath& path, std::uint64_t size,
                                 std::vector<MappedPart> parts, const MemoryOptions& options);
  /// Maps each part at its place.
  CallFailure mapFile(int descriptor) noexcept;
  /// Opens the file of that path to be written, maps it and closes it. ENOENT when the path names
  /// no file, or another one.
  CallFailure mapNamed(const char* path, const FileId& file) noexcept;
  /// Does what the options ask for; the descriptor may be closed by then.
  CallFailure prepare() noexcept;

  /// All three, through a descriptor of the calling thread's table.
  static Result<Mapping> map(const SegmentPath& path, int descriptor, std::uint64_t size,
                             std::vector<MappedPart> parts, const MemoryOptions& options);

  /// What the failure of one of these steps means for a user: notASegment when the file is shorter
  /// than the mapping.
  Error errorOf(const CallFailure& failure) const;

  Mapping(Mapping&&) noexcept;
  Mapping& operator=(Mapping&&) noexcept;
  ~Mapping();

  std::byte* base() const noexcept;
  std::uint64_t size() const noexcept;

  /// A word of this process alone: zero unless it is stored to, and ones in each forked child.
  std::atomic<std::uint64_t>& wordOfProcess() noexcept;

 private:
  struct Regions;
  explicit Mapping(std::unique_ptr<Regions> regions) noexcept;
  std::unique_ptr<Regions> regions_;
};

/// The page size of this machine, in bytes.
std::uint64_t pageSize() noexcept;

}  // namespace sluice::detail
