// The directory that segments are in.
#pragma once

#include <string>
#include <vector>

#include "os/segment_path.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// notFound when there is no such directory, invalidArgument when that is something else.
Result<void> checkDirectory(const SegmentPath& path);

/// What checkDirectory() says; and invalidArgument when the directory's file system is not kept in
/// memory: on a disk the kernel writes the ring back page by page and stops the processes that
/// store meanwhile, and over a network neither locks nor wakes reach the others. Also for
/// hugetlbfs, where the small pages of the participants cannot be mapped.
Result<void> checkIsMemory(const SegmentPath& path);

/// The names in a directory, whatever they are, sorted. Errors: as checkDirectory().
Result<std::vector<std::string>> listNames(const std::string& directory);

}  // namespace sluice::detail
