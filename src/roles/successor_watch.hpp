// Whether a participant that is gone may still have a successor.
#pragma once

#include <cstdint>

#include "os/look_pace.hpp"
#include "segment/participant.hpp"

namespace sluice::detail {

/// Asks for one place of a segment, once a second at most. Used by one thread; the
/// participant that asks must outlive it.
class SuccessorWatch {
 public:
  SuccessorWatch(const Participant& asker, std::uint32_t place) noexcept
      : asker_(asker), place_(place) {}

  /// True once no process lives in the place and the segment has lost its name, so that none can
  /// come. False also while it is not yet time to ask again.
  bool noneCanCome() {
    // A lease costs less to ask for than a name. The last two are in this order because a successor
    // that was there before the name went may still begin.
    return pace_.isDue() && !asker_.isAlive(place_) && !asker_.isNamed() && !asker_.isAlive(place_);
  }

  TimePoint askAgainAt() const noexcept { return pace_.next(); }

 private:
  const Participant& asker_;
  std::uint32_t place_;
  LookPace pace_;
};

}  // namespace sluice::detail
