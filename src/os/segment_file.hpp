// The named object in the shared-memory file system that a segment lives in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "os/futex.hpp"
#include "os/memory_anchor.hpp"
#include "os/new_file.hpp"
#include "os/segment_path.hpp"
#include "sluice/policy.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

enum class Access { readOnly, readWrite };

/// Which object a name or a descriptor means, whatever it is called.
struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileId&, const FileId&) = default;
};

/// An open descriptor of a segment's file. Closed when destroyed; close-on-exec. Move-only; one
/// thread at a time.
class SegmentFile {
 public:
  /// A new file of that directory's file system that has no name yet, or a hidden one where the
  /// system refuses that; it is gone with this object unless it is linked. `mode` is exactly the
  /// permission bits it gets, whatever the umask. invalidArgument when the file system is not in
  /// memory.
  static Result<SegmentFile> createUnnamed(const SegmentPath& path, unsigned mode);

  /// An existing one. notFound, denied, or notASegment when it is no regular file.
  static Result<SegmentFile> open(const SegmentPath& path, Access access);

  SegmentFile(SegmentFile&& other) noexcept;
  SegmentFile& operator=(SegmentFile&& other) noexcept;
  ~SegmentFile();

  /// Lets go of the descriptor without closing it: in a forked child its number means nothing.
  void forget() noexcept;

  /// Makes the file this long, with no page allocated. full where the process may not write so far
  /// (RLIMIT_FSIZE); so has allocate(), and write().
  Result<void> resize(std::uint64_t size);

  /// Makes the file this long, with every page allocated; `full` when the file system has no room
  /// (nothing is kept then). In chunks, so that a signal costs one chunk.
  Result<void> allocate(std::uint64_t size);

  /// Gives an unnamed file its name in one step; alreadyExists when the name is taken.
  Result<void> link();

  /// Removes the name if it still means this file; true if it did.
  Result<bool> unlinkIfSame();

  /// True while the path names this very file.
  bool isNamed() const;

  std::uint64_t size() const;
  FileId id() const;
  Access access() const noexcept { return access_; }
  const SegmentPath& path() const noexcept { return path_; }
  int descriptor() const noexcept { return descriptor_; }

  /// Reads what is there at the offset, up to the buffer's size; fewer bytes at the end of the
  /// file. Never faults when the file shrinks.
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) const;

  /// Writes all of it.
  Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes);

  /// Takes the open-file-description lock of that byte for as long as this file stays open, and at
  /// least until no thread of a process that dies can store any more; false when somebody else's
  /// open file holds it. Any byte will do, also past the end. Needs readWrite.
  Result<bool> tryLock(std::uint64_t byte);
  void unlock(std::uint64_t byte);

  /// True when another open file holds the write lock of that byte, or the kernel cannot say.
  /// Takes nothing.
  bool lockedByAnother(std::uint64_t byte) const;

 private:
  SegmentFile(int descriptor, Access access, SegmentPath path) noexcept;
  Result<void> openAnew();
  Result<void> anchor();

  int descriptor_ = -1;
  MemoryAnchor anchor_;  // once a lock was asked for
  Access access_ = Access::readOnly;
  SegmentPath path_;
  std::string hiddenPath_;  // empty once it is linked, and where a file needs no name
};

/// The plain files of a directory, sorted by name.
Result<std::vector<std::string>> listFiles(const std::string& directory);

/// Removes a name. A process that has the file mapped keeps it. notFound when there is none.
Result<void> removeFile(const SegmentPath& path);

}  // namespace sluice::detail
