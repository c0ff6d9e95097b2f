// Waiting for one's turn to be the producer.
#pragma once

#include "sluice/core/wait_limit.hpp"
#include "sluice/liveness/participant.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/platform/segment_file.hpp"

namespace sluice {

/// Sleeps until the segment has no living producer; another successor may be quicker. timedOut or
/// stopped when the limit was over first, and what an observer's attach may return.
Result<void> waitUntilProducerIsGone(const platform::SegmentPath& path,
                                     const Expectation& expectation, const WaitLimit& limit);

}  // namespace sluice
