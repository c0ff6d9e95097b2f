// How a claim that must not wait finds out that there is still no room.
#pragma once

#include "sluice/detail/poll_pace.hpp"
#include "sluice/detail/producer_attachment.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Remembers the consumer that the last poll found in the way: nearly every poll of a full ring
/// ends with a few loads of lines that nobody has written since. Used by one thread.
class RoomPoll {
 public:
  /// timedOut while that consumer stands where it stood; otherwise what `look` returns, which looks
  /// closely.
  template <class Look>
  Status ask(const ProducerAttachment& attachment, Look look) {
    if (pace_.isQuick() && gating_.isAsBefore()) return Status::timedOut;
    const Status status = look();
    const bool isStillFull = status == Status::timedOut && attachment.lookAtGating(gating_);
    isStillFull ? pace_.foundNothing() : pace_.foundSomething();
    return status;
  }

  /// The next poll looks closely.
  void forget() noexcept { pace_.foundSomething(); }

 private:
  PollPace pace_;
  Gating gating_;
};

}  // namespace sluice::detail
