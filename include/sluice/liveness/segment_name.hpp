// Who may take a segment's name away.
#pragma once

#include "sluice/layout/geometry.hpp"
#include "sluice/platform/identity.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/platform/segment_file.hpp"

namespace sluice {

/// A segment's file with its header checked.
struct CheckedFile {
  platform::SegmentFile file;
  layout::Header header;
  layout::Geometry geometry;
};

/// Opens the segment of that name and checks its header, not what its records are. Any thread.
Result<CheckedFile> openChecked(const platform::SegmentPath& path, platform::Access access);

/// The process that a segment's producer page names, for messages; read without mapping.
platform::ProcessIdentity producerOf(const CheckedFile& segment);

/// Whether a segment loses its name though somebody lives in it.
enum class RemoveWhen {
  always,  ///< who is attached goes on undisturbed
  unused,  ///< inUse, and by whom, while a producer or a consumer lives in it
};

/// Removes the name. Who is attached stays attached, and the memory is freed when the last one
/// goes. notFound when there is none. Never removes a segment that took the name meanwhile.
Result<void> removeSegment(const platform::SegmentPath& path, RemoveWhen when);

/// True while somebody removes the name or gives it to another segment: a place that looks taken
/// may be free, or gone, in a moment.
bool isNameChanging(const platform::SegmentFile& file);

/// Gives the new file the old one's name. inUse, and nothing changed, while the old one's producer
/// lives; otherwise the old stream is closed, so that who is attached to it learns of the end.
/// Between the two there is a moment without the name.
Result<void> replaceSegment(platform::SegmentFile& replacement);

}  // namespace sluice
