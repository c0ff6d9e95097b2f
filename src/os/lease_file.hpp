// The file beside a segment whose locks are the leases of its participants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "os/file_id.hpp"
#include "os/identity.hpp"
#include "os/segment_path.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// A file without content, named by the segment's id: ".sluice-" and 32 hexadecimal digits. Only
/// processes that may write the segment can open it, so no other process can block them. Here it is
/// open to be read, for questions; taking a lease is liveness' matter. Move-only; one thread at a
/// time.
class LeaseFile {
 public:
  /// Makes that of a new segment of that mode, with no lock on it. alreadyExists when there is one.
  static Result<LeaseFile> create(const SegmentPath& segment, const SegmentId& id,
                                  unsigned segmentMode);

  /// Of the segment in that directory with that id. notASegment when there is none. Where this
  /// process may not open it, the kernel's table of locks is asked instead.
  static Result<LeaseFile> open(const SegmentPath& segment, const SegmentId& id);

  /// The same. Where there is none, as beside a copy of a segment, it gives no answers.
  static LeaseFile openOrUnknown(const SegmentPath& segment, const SegmentId& id);

  /// Of a file that cannot be asked: it gives no answers.
  static LeaseFile unknown(const SegmentPath& segment, const SegmentId& id);

  LeaseFile(LeaseFile&& other) noexcept;
  LeaseFile& operator=(LeaseFile&& other) noexcept;
  ~LeaseFile();

  /// True while an open file holds that byte's write lock: its holder lives. Nothing where the
  /// kernel gives no answer. A descriptor that other code of this process has closed is opened
  /// again.
  std::optional<bool> isHeld(std::uint64_t byte) const;

  /// True while a write lock of any byte is held, or nobody can tell.
  bool mayBeInUse() const;

  /// Removes the file's name if it still means this file.
  void remove() const noexcept;

  /// Of the segment, for messages.
  const std::string& segment() const noexcept { return segment_; }
  const std::string& path() const noexcept { return path_; }
  const FileId& id() const noexcept { return id_; }

 private:
  LeaseFile(std::string segment, std::string path, FileId id, int descriptor) noexcept;
  bool isOpen() const noexcept;
  std::optional<bool> isLocked(std::uint64_t first, std::uint64_t count) const;

  std::string segment_;
  std::string path_;
  FileId id_;
  mutable int descriptor_;
};

std::string leaseFileName(const SegmentId& id);

/// The mode of the lease file of a segment with that mode: its owner, and each class of users that
/// may write the segment, may read and write it, nobody else.
unsigned leaseFileMode(unsigned segmentMode) noexcept;

/// The id of the segment whose lease file has that name.
std::optional<SegmentId> segmentOfLeaseFile(std::string_view name) noexcept;

}  // namespace sluice::detail
