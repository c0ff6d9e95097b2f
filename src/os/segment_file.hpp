// The named object in the shared-memory file system that a segment lives in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "os/file_id.hpp"
#include "os/segment_path.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// A segment's file, open to be read. Closed when destroyed; close-on-exec. Move-only; one thread
/// at a time.
class SegmentFile {
 public:
  /// notFound, denied, or notASegment when it is no regular file.
  static Result<SegmentFile> open(const SegmentPath& path);

  SegmentFile(SegmentFile&& other) noexcept;
  SegmentFile& operator=(SegmentFile&& other) noexcept;
  ~SegmentFile();

  /// Removes the name. notFound when it does not mean this file any more.
  Result<void> unlink();

  /// True while the path names this very file.
  bool isNamed() const { return isFile(path_.string(), id()); }

  std::uint64_t size() const;
  FileId id() const;
  const SegmentPath& path() const noexcept { return path_; }
  int descriptor() const noexcept { return descriptor_; }

  /// Reads what is there at the offset, up to the buffer's size; fewer bytes at the end of the
  /// file. Never faults when the file shrinks.
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) const;

 private:
  SegmentFile(int descriptor, SegmentPath path) noexcept;

  int descriptor_ = -1;
  SegmentPath path_;
};

/// The plain files of a directory, sorted by name.
Result<std::vector<std::string>> listFiles(const std::string& directory);

/// notFound: a process that finds it opens the name again.
Error goneMeanwhile(const SegmentPath& path);

bool isOfThisUser(const SegmentPath& path) noexcept;

/// Removes a name. A process that has the file mapped keeps it. notFound when there is none.
Result<void> removeFile(const SegmentPath& path);

}  // namespace sluice::detail
