// The systems that carry records of many processes to one.
#pragma once

#include <optional>

#include "support/fan_in_system.hpp"

namespace sluice::bench {

// Floors: a ring for each writer, all in one mapping that is there from the start, and a reader
// that goes round them. They promise nothing, and cannot be joined.

/// The sequence lies in the slot with the record.
FanInSystem ringsWithSequences();
FanInSystem ringsWithSequencesPatient();
/// A cursor for each end, each with a copy of the other's.
FanInSystem ringsWithCursors();
FanInSystem ringsWithCursorsPatient();
/// The same where the reader sleeps on one word for all rings, and a writer on its reader's cursor.
FanInSystem ringsWithCursorsBlocking();

// Sluice: a named ring for each writer, and a FanIn that finds them.
FanInSystem sluiceFanInStamped();
FanInSystem sluiceFanInPacked();

// Peers. In an event loop they are read with epoll, by polling with calls that do not wait.

/// One pipe that all writers have inherited.
FanInSystem pipeFanIn();
/// One datagram socket that every writer has connected a socket of its own to.
FanInSystem datagramFanIn();
/// A pair of datagram sockets, of which all writers have inherited one.
FanInSystem datagramPairFanIn();
/// A PUSH socket for each writer and one PULL socket, over a Unix domain socket. It may be missing,
/// and only blocks.
std::optional<FanInSystem> zeroMqFanIn();

}  // namespace sluice::bench
