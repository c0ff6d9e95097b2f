// How a wait, a claim, a publish or a commit went.
#pragma once

#include "sluice/c/linkage.h"

namespace sluice {

/// `ok` is success. timedOut and stopped end one call, the others the stream as this participant
/// sees it.
enum class Status {
  ok,        ///< what was asked for is there
  timedOut,  ///< the deadline passed first, or a try found nothing
  stopped,   ///< the stop token asked first
  closed,    ///< the producer closed the stream, and everything published was returned
  peerLeft,  ///< the participant waited for left in order, without closing the stream
  peerDied,  ///< the process of the participant waited for is gone
  evicted,   ///< the producer went on without this consumer
  corrupt,   ///< shared memory holds what no participant writes
  detached,  ///< the object was moved from, or this is a forked child of the process that attached
  tooLarge,  ///< a message longer than the ring may hold, however empty it is
  allClaimed,  ///< what is claimed and not published leaves no room: publish() or abandon() first
};

/// The value's own name: "peerLeft".
SLUICE_API const char* nameOf(Status status) noexcept;

}  // namespace sluice
