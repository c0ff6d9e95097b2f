// What a reader wants to find in a segment before it attaches.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/error.hpp"
#include "sluice/result.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// True when the segment's producer lives, and has neither left nor closed the stream.
bool hasLivingProducer(const Participant& participant);

/// Sleeps until the segment of that name has a living producer: a successor, or that of
/// another segment which is given the name. notFound where there is none and the limit, which has
/// started, is none; timedOut or stopped when it was over first.
Result<void> waitForLivingProducer(const SegmentPath& path, const WaitLimit& limit);

/// The rows of the consumers of these names, in their order, each once, if all of them are there:
/// they have joined, and live or are held.
std::optional<std::vector<RowKey>> findUpstream(const Participant& participant,
                                                const std::vector<std::string>& names);

/// Sleeps until all of them are there; nothing is held meanwhile. Errors as above, and those of
/// attaching.
Result<void> waitForUpstream(const SegmentPath& path, const Expectation& expectation,
                             const std::vector<std::string>& names, const WaitLimit& limit);

}  // namespace sluice::detail
