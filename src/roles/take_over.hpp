// Taking over from a producer that has died or left.
#pragma once

#include "segment/participant.hpp"
#include "sluice/result.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// What a producer is told that comes to a closed stream.
Error streamClosed(const SegmentPath& path);

/// Sleeps until a participant that was opened as successor has the producer's lease: true then;
/// false when the segment was removed or replaced. timedOut or stopped when the limit was over
/// first, ended when the stream was closed.
Result<bool> waitToTakeOver(Participant& successor, const WaitLimit& limit);

}  // namespace sluice::detail
