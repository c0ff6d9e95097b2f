#include "sluice/roles/opening.hpp"

#include <algorithm>
#include <chrono>

#include "sluice/core/waiting.hpp"

namespace sluice {

Result<void> waitUntilItAppears(const platform::SegmentPath& path, const WaitLimit& limit) {
  for (;;) {
    if (limit.stop().stop_requested()) {
      return Error{ErrorCode::stopped,
                   path.string(),
                   "name",
                   "a stop was asked for",
                   "a segment of that name",
                   "start the producer first"};
    }
    const auto now = std::chrono::steady_clock::now();
    if (now >= limit.deadline()) {
      return Error{ErrorCode::timedOut,
                   path.string(),
                   "name",
                   "none within the limit",
                   "a segment of that name",
                   "start the producer, or allow more time"};
    }
    const auto exists = platform::waitForName(path, std::min(now + sleepSlice, limit.deadline()));
    if (!exists) return exists.error();
    if (*exists) return {};
  }
}

}  // namespace sluice
