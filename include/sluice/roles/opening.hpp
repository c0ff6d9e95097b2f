// What all roles do when they open a segment.
#pragma once

#include <stop_token>

#include "sluice/core/wait_limit.hpp"
#include "sluice/platform/mapping.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/platform/segment_file.hpp"
#include "sluice/roles/options.hpp"

namespace sluice {

inline platform::MappingOptions mappingOptions(const MemoryOptions& memory) noexcept {
  return {memory.prefault, memory.hugePages, memory.lockPages};
}

/// Sleeps until the segment's name exists. timedOut or stopped when the limit was over first.
Result<void> waitUntilItAppears(const platform::SegmentPath& path, const WaitLimit& limit);

/// Calls `open` until it returns anything but notFound, or the limit is over.
template <class Open>
auto onceItAppears(const platform::SegmentPath& path, const WaitLimit& limit, Open open)
    -> decltype(open()) {
  for (;;) {
    auto opened = open();
    if (opened || opened.error().code != ErrorCode::notFound || limit.isNow()) return opened;
    if (auto appeared = waitUntilItAppears(path, limit); !appeared) return appeared.error();
  }
}

}  // namespace sluice
