// The one wait loop: look, spin, ask to be woken, look again, sleep.
#pragma once

#include <cstdint>

#include "sluice/c/linkage.h"
#include "sluice/detail/awaited.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// Why to stop waiting: the awaited has ended, or the limit is over; Status::ok to go on. What came
/// just before the end is still ready, and that is Status::ok too.
SLUICE_API Status giveUp(Awaited& awaited, const WaitLimit& limit);

/// The rest of a wait for which spinning did not help. Nothing is allocated.
SLUICE_API Status sleepUntilReady(Awaited& awaited, const WaitLimit& limit);

/// Waits until the awaited is ready: Status::ok. Or says why it will not be, or that the limit,
/// which has started, is over. Without a stop or a death, and with nobody to wait for, it makes no
/// system call before it sleeps.
template <class A>
Status waitFor(A& awaited, const WaitStrategy& strategy, const WaitLimit& limit) {
  constexpr std::uint32_t looksPerCheck = 64;
  for (std::uint32_t round = 0;; ++round) {
    if (awaited.isReady()) return Status::ok;  // [W1] pairs with [P1]
    if (round % looksPerCheck == 0) {
      const Status status = giveUp(awaited, limit);
      if (status != Status::ok) return status;
    }
    if (!strategy.idle(round)) return sleepUntilReady(awaited, limit);
  }
}

}  // namespace sluice::detail
