// Whether a file may grow.
#pragma once

#include <cstdint>

#include "os/segment_path.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// full when the process may not write that far into a file (RLIMIT_FSIZE). Trying would end the
/// process with SIGXFSZ.
Result<void> checkFileSizeLimit(const SegmentPath& path, std::uint64_t size);

/// False when the file system's free room is less than the file still lacks: found out by trying,
/// that would first eat all the room that others need.
bool canFit(int descriptor, std::uint64_t size);

/// What to say when it cannot.
Error noRoom(const SegmentPath& path, std::uint64_t size);

}  // namespace sluice::detail
