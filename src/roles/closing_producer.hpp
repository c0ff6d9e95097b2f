// A producer that has closed its stream and is still attached.
#pragma once

#include "os/segment_path.hpp"
#include "sluice/result.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// Sleeps until the producer that has closed the stream of that name is gone, or the name means
/// another segment, or none. Takes and writes nothing. timedOut or stopped when the limit, which
/// has started, was over first. Any thread.
Result<void> waitForClosingProducer(const SegmentPath& path, const WaitLimit& limit);

}  // namespace sluice::detail
