// The systems that carry streams of records between processes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/stream_system.hpp"

namespace sluice::bench {

// Floors: one writer, readers that see every record, and no promise. A patient end looks only once
// in so many pauses, and so takes the cache line from the other end less often.
inline constexpr int patientPauses = 16;

/// The sequence lies in the slot with the record, so one cache line carries both. One reader.
StreamSystem sequenceInSlot();
StreamSystem sequenceInSlotPatient();
/// The same with slots on whole cache lines.
StreamSystem sequenceInLines();
StreamSystem sequenceInLinesPatient();
/// A cursor of the writer and one of each reader, on lines of their own, with a copy of the others'
/// that is renewed when it says full or empty.
StreamSystem handWrittenCursors();
StreamSystem handWrittenCursorsPatient();
/// The same where an end that has waited for long sleeps on a futex. Each move of a cursor needs a
/// full fence, after which it is seen whether somebody sleeps.
StreamSystem handWrittenBlocking();
/// What it costs to write and to sum up all records, a batch at a time, without passing them to
/// anybody.
StreamSystem sameWorkInOneThread();

// Sluice with its full protocol in a named segment. A batch is claimed, written and published at
// once; readers take what is there.
// Where the load says so they poll, by tryClaim(), claims with a limit of now and tryWait().
StreamSystem sluiceStamped();
StreamSystem sluicePacked();
StreamSystem sluiceStampedLines();
/// Polls by claimOne(WaitLimit::now()), which tells why there is no room.
StreamSystem sluiceStampedClaimingNow();
/// By the roles whose record is known only when the program runs.
StreamSystem sluiceUntypedStamped();
StreamSystem sluiceUntypedPacked();

/// By sluice.h, from code in C; not there where the bench was built without libsluice.so.
std::optional<StreamSystem> sluiceC();

struct SluiceChoice {
  std::uint64_t capacity = 0;  ///< slots; a power of two
  bool hugePages = false;
};
/// The stamped layout with records of 64 bytes, whatever the load's size and capacity are.
StreamSystem sluiceChosen(std::string name, const SluiceChoice& choice);

// Peers.

/// The queue of Boost.Lockfree for one producer and one consumer, placed in shared memory.
StreamSystem boostSpsc();
// A batch is one message; these always block.
StreamSystem pipeStream();
StreamSystem unixSocketStream();
StreamSystem posixQueueStream();
StreamSystem boostQueueStream();

// Peers that this machine may be without.

/// The ring of the Data Plane Development Kit for one producer and one consumer, placed in shared
/// memory.
std::optional<StreamSystem> dpdkStream();
/// Eclipse iceoryx: records in chunks of shared memory, which its daemon manages. It knows no
/// batches.
std::optional<StreamSystem> iceoryxStream();
/// ZeroMQ's PUSH and PULL sockets over a Unix domain socket. A batch is one message. It never
/// spins: each end's I/O thread shares the end's processor.
std::optional<StreamSystem> zeroMqStream();

}  // namespace sluice::bench
