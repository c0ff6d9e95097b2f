// Waiting for one's turn to be the producer.
#pragma once

#include "sluice/core/wait_limit.hpp"
#include "sluice/liveness/participant.hpp"
#include "sluice/platform/result.hpp"

namespace sluice {

/// What a producer is told that comes to a closed stream.
Error streamClosed(const platform::SegmentPath& path);

/// Sleeps until a participant that was opened as successor has the producer's place: true then;
/// false when the segment was removed or replaced. timedOut or stopped when the limit was over
/// first,
/// ended when the stream was closed.
Result<bool> waitForTurn(Participant& successor, const WaitLimit& limit);

}  // namespace sluice
