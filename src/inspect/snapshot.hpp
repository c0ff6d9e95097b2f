// What a segment's file says: plain values, read without taking part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/consumer_page.hpp"
#include "format/geometry.hpp"
#include "format/producer_page.hpp"
#include "os/identity.hpp"
#include "os/printable.hpp"
#include "sluice/detail/doorbell.hpp"
#include "sluice/lost_records.hpp"
#include "sluice/sequence.hpp"

namespace sluice::inspect {

enum class Severity {
  note,   ///< worth knowing; nothing is wrong
  fault,  ///< something is wrong with the segment or with a participant
};

struct Finding {
  Severity severity;
  std::string text;
};

/// One field of the record, as the segment's schema tells it.
struct SchemaField {
  std::string name;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t count = 0;
  FieldKind kind = FieldKind::bytes;
};

/// The stream's numbers. The one before the first sequence is "nothing yet".
struct Stream {
  Sequence cursor = noSequence;
  Sequence claimed = noSequence;
  Sequence limit = noSequence;
  Sequence published = noSequence;  ///< the cursor and the contiguous stamps after it
  std::uint64_t payloadLimit = 0;   ///< a position; 0 for records
};

/// What producer and consumers have in common.
struct ParticipantFacts {
  detail::ProcessIdentity process;
  bool alive = false;    ///< its lease is held
  bool marked = false;   ///< the kernel has announced its keeper's death
  bool stopped = false;  ///< alive, and its process is stopped by a signal or a debugger
  detail::DoorbellValue doorbell{0};
  std::uint64_t attachedAt = 0;
  std::uint64_t sleeps = 0;
  std::uint64_t wakes = 0;
};

struct ProducerFacts : ParticipantFacts {
  Stream stream;
  std::uint64_t term = 0;
  detail::ProducerState state = detail::ProducerState::none;
  std::uint64_t fullWaits = 0;
  std::uint64_t payloadWaits = 0;
  std::uint64_t payloadEnd = 0;  ///< where the payload of the last published message ends
  std::uint64_t waitedAt = 0;    ///< when it last began to sleep for room
  std::uint64_t endedAt = 0;     ///< when it left or closed the stream
};

/// Another consumer that one runs after.
struct UpstreamRow {
  std::uint32_t row = 0;
  std::uint32_t generation = 0;
};

struct ConsumerFacts : ParticipantFacts {
  std::uint32_t row = 0;
  detail::RowWord rowWord{0};
  std::string name;
  Sequence cursor = noSequence;
  std::uint64_t lag = 0;              ///< records published and not committed
  std::uint64_t payloadLag = 0;       ///< bytes of payload from its next message on
  std::optional<Sequence> asleepFor;  ///< none while it is awake
  Sequence joinedAt = 0;
  OnDeath onDeath = OnDeath::release;
  std::uint64_t evictAfter = 0;  ///< nanoseconds; 0 is never
  std::vector<UpstreamRow> upstream;
  std::uint64_t sleptAt = 0;        ///< when it last began to sleep for a record
  std::uint64_t evictedAt = 0;      ///< when the producer went on without it
  std::optional<LostRecords> lost;  ///< evicted: what its name is not given, as of now

  /// It lives, or the producer waits for it. Otherwise its row only remembers what it lost.
  bool counts() const noexcept { return alive || rowWord.gates(); }

  /// It shows a cursor that is only surely low enough, and has not yet found where it begins.
  bool isJoining() const noexcept { return detail::isJoining(cursor, joinedAt); }
};

/// A segment at one time. Times are nanoseconds since boot (CLOCK_MONOTONIC); 0 is never. The
/// stream may run while it is read: the producer's numbers are read first, then each row, so a
/// consumer may stand past `published`; its lag is 0 then.
struct Snapshot {
  std::string path;
  std::uint64_t fileSize = 0;
  std::optional<detail::Header> header;      ///< present when the file begins as a segment does
  std::optional<detail::Geometry> geometry;  ///< present when the header makes sense
  bool sameBoot = false;                     ///< created in this boot of the machine
  std::uint64_t readAt = 0;                  ///< when it was read
  std::vector<SchemaField> fields;
  std::optional<ProducerFacts> producer;  ///< absent when the file ends before it
  std::vector<ConsumerFacts> consumers;   ///< the rows that are not free, in order
  std::vector<std::uint32_t> slowest;     ///< the gating rows with the lowest cursor
  /// The row that the producer waits for on a full ring.
  std::optional<std::uint32_t> waitedFor;
  std::optional<std::uint32_t> membership;
  std::vector<Finding> findings;

  /// What the stream's numbers show before its first record.
  Sequence beforeFirst() const noexcept { return geometry ? geometry->beforeFirst() : noSequence; }

  /// No finding is a fault.
  bool healthy() const noexcept;

  /// The consumers that count.
  std::size_t consumerCount() const noexcept;
};

/// "30 ms", "2.5 s", "3 min", "5 h".
std::string durationInWords(std::uint64_t nanoseconds);

/// "consumer 'risk' (row 3, pid 4711)".
std::string describe(const ConsumerFacts& consumer);

using detail::printable;

/// The record's name as the header holds it, cut at 63 bytes; any bytes will do.
std::string recordNameOf(const detail::Header& header);

}  // namespace sluice::inspect
