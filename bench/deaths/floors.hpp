// The kernel's own share of a death, without Sluice.
#pragma once

#include "deaths/measurement.hpp"
#include "deaths/segment.hpp"

namespace sluice::bench {

/// A sleeper on a bare robust futex, whose holder is killed.
Measurement robustFutex(const Segment&);

/// The lock of an open file is free, after its holder, which has mapped and touched all of the
/// segment, was killed. The survivor asks all the time.
Measurement freeLockPolled(const Segment& segment);

/// The same for a process that sleeps until it has the lock.
Measurement freeLockAwaited(const Segment& segment);

/// The same for the lease of a producer that is killed: such a process has a thread more.
Measurement freeLeasePolled(const Segment& segment);

}  // namespace sluice::bench
