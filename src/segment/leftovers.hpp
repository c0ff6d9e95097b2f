// What processes leave that are killed while they create or remove a segment.
#pragma once

#include <string>

namespace sluice::detail {

/// Removes the lease files of this user that nobody holds and whose id no segment of the directory
/// has, and the files of segments that were never finished. A file that cannot be judged stays.
void removeLeftovers(const std::string& directory);

}  // namespace sluice::detail
