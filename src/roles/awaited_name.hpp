// A segment's name that is to appear.
#pragma once

#include "os/segment_file.hpp"
#include "sluice/error.hpp"
#include "sluice/result.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// Sleeps until the segment's name exists. timedOut or stopped when the limit, which has started,
/// was over first; notFound when there is no such directory.
Result<void> waitForSegment(const SegmentPath& path, const WaitLimit& limit);

/// Calls `open` until it returns anything but notFound, or the limit is over.
template <class Open>
auto openOnceThere(const SegmentPath& path, const WaitLimit& limit, Open open) -> decltype(open()) {
  const WaitLimit started = limit.started();
  for (;;) {
    auto opened = open();
    if (opened || opened.error().code != ErrorCode::notFound || limit.isNow()) return opened;
    if (auto there = waitForSegment(path, started); !there) return there.error();
  }
}

}  // namespace sluice::detail
