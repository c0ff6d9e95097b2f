// When a segment's name may be taken away.
#pragma once

#include "format/geometry.hpp"
#include "os/identity.hpp"
#include "os/segment_file.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"
#include "sluice/segment.hpp"

namespace sluice::detail {

/// A segment's file with its header checked.
struct CheckedFile {
  SegmentFile file;
  Header header;
  Geometry geometry;
};

/// Opens the segment of that name and checks its header, not what its records are. Any thread.
Result<CheckedFile> openChecked(const SegmentPath& path, Access access);

/// The process that a segment's producer page names, for messages; read without mapping.
ProcessIdentity producerOf(const CheckedFile& segment);

/// True when there is a segment of that name, and its stream was closed; read without mapping.
bool isClosed(const SegmentPath& path);

/// Removes the name, as removeSegment() has it.
Result<void> removeName(const SegmentPath& path, const RemoveOptions& options);

/// Gives the new file the old one's name, as WhenTaken has it. inUse, and nothing changed, while
/// the old one's producer lives; otherwise the old stream is closed, so that participants attached
/// to it learn of the end. Between the two there is a moment without the name.
Result<void> replaceSegment(SegmentFile& replacement, WhenTaken whenTaken);

}  // namespace sluice::detail
