// A file that no process finds by its name yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "os/segment_path.hpp"
#include "os/system_error.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// A new file of a directory's file system, without a name until it gets one. Where the system
/// refuses files without a name (a sandbox, an old kernel), a hidden name stands in for none. All
/// texts are made by the constructor: no other call allocates, as a tracer that hooks malloc could
/// write into the descriptor. One thread; the thread that opens it also closes it.
class NewFile {
 public:
  /// Of that name to be. `hiddenName` begins with '.', and is the file's while it has no other
  /// where it needs one; `mode` is exactly the permission bits it gets, whatever the umask.
  NewFile(const SegmentPath& path, std::string_view hiddenName, unsigned mode);
  ~NewFile() { close(); }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  CallFailure open() noexcept;
  /// Makes the file this long, with no page allocated.
  CallFailure resize(std::uint64_t size) noexcept;
  /// Makes the file this long, with every page allocated, or keeps none. In chunks, so that a
  /// signal costs one chunk.
  CallFailure allocate(std::uint64_t size) noexcept;
  CallFailure write(std::uint64_t offset, std::span<const std::byte> bytes) noexcept;
  /// Gives it its name in one step; EEXIST when the name is taken.
  CallFailure link() noexcept;
  /// A file that was not linked is gone.
  void close() noexcept;

  int descriptor() const noexcept { return descriptor_; }

  /// What the failure of one of these calls means for a user.
  Error errorOf(const CallFailure& failure) const;

 private:
  CallFailure rename() noexcept;

  SegmentPath path_;
  std::string name_;
  std::string hiddenName_;
  unsigned mode_;
  std::uint64_t size_ = 0;  // what was last asked for
  int descriptor_ = -1;
  bool isHidden_ = false;  // the hidden name is there
};

/// Whether a new file of this size may be made: invalidArgument when the directory is not in
/// memory, full when the process may not write so far (RLIMIT_FSIZE), which would end it with a
/// signal.
Result<void> checkNewFile(const SegmentPath& path, std::uint64_t size);

}  // namespace sluice::detail
