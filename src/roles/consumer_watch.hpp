// Whether a consumer that others wait for will commit nothing more.
#pragma once

#include <atomic>
#include <cstdint>

#include "format/segment_view.hpp"
#include "liveness/death_watch.hpp"
#include "roles/successor_watch.hpp"
#include "segment/participant.hpp"
#include "sluice/detail/time_point.hpp"

namespace sluice::detail {

/// Looks at the consumer in one row, from one wait to the next. Whether its row is held is asked
/// anew each time: a successor in the same row may be of another mind. Used by one thread; the
/// participant that looks must outlive it.
class ConsumerWatch {
 public:
  ConsumerWatch(const Participant& watcher, std::uint32_t row) noexcept
      : death_(watcher.leases(), leaseByte(consumerParticipant(row)),
               watcher.view().lifeline(consumerParticipant(row)).word),
        successor_(watcher, consumerParticipant(row)) {}

  const std::atomic<std::uint32_t>& lifeline() const noexcept { return death_.lifeline(); }
  /// The kernel has seen it die; its last stores may still come.
  bool isMarked() const noexcept { return death_.isMarked(); }

  /// Whether it has died, and where its row is held, whether no successor can come either. Asks
  /// when it is time to; otherwise false.
  bool isGone(bool isHeld, Sequence committed) {
    const bool isGone = isHeld ? successor_.noneCanCome() : death_.isGone(committed);
    askAgainAt_ = isHeld ? successor_.askAgainAt() : death_.askAgainAt();
    return isGone;
  }
  TimePoint askAgainAt() const noexcept { return askAgainAt_; }

 private:
  DeathWatch death_;
  SuccessorWatch successor_;
  TimePoint askAgainAt_ = forever;  // until the first look
};

}  // namespace sluice::detail
