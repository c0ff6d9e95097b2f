// A segment in the making.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "format/geometry.hpp"
#include "os/identity.hpp"
#include "os/isolated_thread.hpp"
#include "os/mapping.hpp"
#include "os/new_file.hpp"
#include "os/segment_path.hpp"
#include "sluice/options.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// The hidden name of a segment that is not finished, where the system refuses files without one.
std::string unfinishedName(const SegmentId& id);

/// Makes a segment's file on a thread of its own, whose descriptor table nobody else reaches:
/// allocating a large ring takes long, and its file can be written meanwhile. Everything that can
/// fail comes before the file gets its name; without one it is gone with this object.
class NewSegment {
 public:
  NewSegment(const SegmentPath& path, const ProducerOptions& options, const Geometry& geometry,
             const RecordDescription& record, const SegmentId& id);
  ~NewSegment();
  NewSegment(const NewSegment&) = delete;
  NewSegment& operator=(const NewSegment&) = delete;

  /// Allocated, filled, and mapped as a producer has it. Of a path and size that checkNewFile()
  /// lets pass.
  Result<Mapping> make();

  /// alreadyExists when the name is taken; it may be tried again.
  Result<void> link();

  const FileId& id() const noexcept { return fileId_; }

 private:
  /// What of a new segment is not zero.
  struct Piece {
    std::uint64_t offset;
    std::vector<std::byte> bytes;
  };
  CallFailure makeFile(Mapping& mapping) noexcept;
  CallFailure fill() noexcept;

  SegmentPath path_;
  Geometry geometry_;
  MemoryOptions memory_;
  std::vector<Piece> contents_;
  NewFile file_;
  FileId fileId_;
  bool isMappingsFailure_ = false;
  IsolatedThread thread_;
};

}  // namespace sluice::detail
