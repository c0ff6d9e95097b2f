// A segment's file with its header checked.
#pragma once

#include "format/geometry.hpp"
#include "format/header.hpp"
#include "os/identity.hpp"
#include "os/lease_file.hpp"
#include "os/segment_file.hpp"
#include "os/segment_path.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

struct CheckedHeader {
  Header header;
  Geometry geometry;
};

/// Checks an open file's header, not what its records are.
Result<CheckedHeader> readHeader(const SegmentFile& file);

/// Open to be read.
struct CheckedFile : CheckedHeader {
  SegmentFile file;
};

/// Opens the segment of that name and checks its header. Any thread.
Result<CheckedFile> openChecked(const SegmentPath& path);

/// The lease file of an open segment with that id. notFound when both have lost their names.
Result<LeaseFile> openLeases(const SegmentFile& file, const SegmentId& id);

/// The id in a file's header, which may be damaged everywhere else; zeros where the file is too
/// short.
SegmentId idIn(const SegmentFile& file);

/// Whether its stream was closed by its producer.
bool isClosed(const CheckedFile& segment);

/// True when there is a segment of that name, and its stream was closed.
bool isClosed(const SegmentPath& path);

/// The process that a segment's producer page names, for messages.
ProcessIdentity producerOf(const CheckedFile& segment);

}  // namespace sluice::detail
