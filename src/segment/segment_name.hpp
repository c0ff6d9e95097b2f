// When a segment's name may be taken away.
#pragma once

#include "format/geometry.hpp"
#include "os/identity.hpp"
#include "os/lease_file.hpp"
#include "os/segment_file.hpp"
#include "os/segment_path.hpp"
#include "sluice/result.hpp"
#include "sluice/segment.hpp"

namespace sluice::detail {

/// Removes the name, as removeSegment() has it.
Result<void> removeName(const SegmentPath& path, const RemoveOptions& options);

/// The same where nothing is forced, and only as long as the name means the segment of that id:
/// notFound otherwise.
Result<void> removeName(const SegmentPath& path, const SegmentId& id);

/// inUse when a row of that segment is held for a successor that has records to read: they would be
/// lost with the name. `living` tells which consumers live and hold nothing for others; null where
/// none lives.
Result<void> refuseIfHeld(const SegmentFile& file, const Geometry& geometry,
                          const LeaseFile* living);

}  // namespace sluice::detail
