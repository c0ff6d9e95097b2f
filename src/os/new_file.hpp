// A file that no process finds by a segment's name yet.
#pragma once

#include <string>

#include "os/segment_path.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// An open descriptor, and where a hidden name stands in for none: the system refuses files without
/// a name (a sandbox, an old kernel).
struct NewFile {
  int descriptor;
  std::string hiddenPath;  ///< begins with '.', which no segment's name does; empty for no name
};

/// In that directory, readable and writable by its owner alone.
Result<NewFile> openNewFile(const SegmentPath& path);

/// Gives it its name in one step; alreadyExists when the name is taken. A hidden name is gone
/// afterwards where that worked, and stays where it did not.
Result<void> giveName(const NewFile& file, const SegmentPath& path);

}  // namespace sluice::detail
