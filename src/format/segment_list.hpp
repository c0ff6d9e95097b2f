// Which segments there are.
#pragma once

#include <string>
#include <vector>

#include "os/segment_file.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// By the file's first bytes, so that a damaged segment is one too.
bool beginsAsSegment(const SegmentFile& file);

/// The names of the files of a directory that begin as a segment does, sorted. Files
/// that this process may not read are left out.
Result<std::vector<std::string>> segmentsIn(const std::string& directory);

}  // namespace sluice::detail
