// Looking into a segment without taking part: no mapping, no lock, no write.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "inspect/snapshot.hpp"
#include "os/segment_file.hpp"

namespace sluice::inspect {

struct LookOptions {
  /// How long to wait before looking again when something seems wrong. A fault is reported only
  /// when it is seen three times, so that a participant caught between two steps is not one. A
  /// consumer has stalled when it commits nothing in this time while it holds up a full ring.
  std::chrono::milliseconds settle{10};
};

/// Everything that can be told from the bytes of the file, which may hold any bytes and may change,
/// grow or shrink at any time, and from the locks on its lease file. What is wrong is in the
/// findings. Reads only; nobody notices.
Snapshot look(const detail::SegmentFile& file, const LookOptions& options = {});

/// A segment's file, to be looked at. notFound, denied, invalidArgument for a name that none can
/// have, notASegment when it is no plain file.
Result<detail::SegmentFile> openToLook(const detail::SegmentPath& path);

/// Opens and looks.
Result<Snapshot> look(const detail::SegmentPath& path, const LookOptions& options = {});

/// The segments of a directory, by name: the readable files that begin with a segment's magic.
Result<std::vector<Snapshot>> lookAtAll(const std::string& directory,
                                        const LookOptions& options = {});

}  // namespace sluice::inspect
