// What an onlooker sees of a segment: plain values, read without taking part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/layout/consumer_page.hpp"
#include "sluice/layout/doorbell.hpp"
#include "sluice/layout/geometry.hpp"
#include "sluice/layout/producer_page.hpp"
#include "sluice/layout/sequence.hpp"

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

/// The stream's numbers. All ones is "nothing yet".
struct Stream {
  Sequence cursor = initialSequence<Sequence>;
  Sequence claimed = initialSequence<Sequence>;
  Sequence limit = initialSequence<Sequence>;
  Sequence published =
      initialSequence<Sequence>;  ///< the cursor and the contiguous stamps after it
};

/// What producer and consumers have in common.
struct Participant {
  platform::ProcessIdentity process;
  bool alive = false;   ///< its lease is held
  bool marked = false;  ///< the kernel has announced its keeper's death
  layout::DoorbellValue doorbell{0};
  std::uint64_t sleeps = 0;
  std::uint64_t wakes = 0;
};

struct ProducerFacts : Participant {
  Stream stream;
  std::uint64_t term = 0;
  layout::ProducerState state = layout::ProducerState::none;
  std::uint64_t fullWaits = 0;
};

/// Another consumer that one runs after.
struct UpstreamRow {
  std::uint32_t row = 0;
  std::uint32_t generation = 0;
};

struct ConsumerFacts : Participant {
  std::uint32_t row = 0;
  layout::RowWord rowWord{0};
  std::string name;
  Sequence cursor = initialSequence<Sequence>;
  std::uint64_t lag = 0;              ///< records published and not committed
  std::optional<Sequence> asleepFor;  ///< none while it is awake
  Sequence joinedAt = 0;
  layout::OnDeath onDeath = layout::OnDeath::release;
  std::uint64_t evictAfter = 0;  ///< nanoseconds; 0 is never
  std::vector<UpstreamRow> upstream;

  /// It shows a cursor that is only surely low enough, and has not yet found where it begins.
  bool isJoining() const noexcept { return layout::isJoining(cursor, joinedAt); }
};

/// A segment at one time. The stream may run while it is read: the producer's numbers are read
/// first, then each row, so a consumer may stand past `published`; its lag is 0 then.
struct Snapshot {
  std::string path;
  std::uint64_t fileSize = 0;
  std::optional<layout::Header> header;      ///< present when the file begins as a segment does
  std::optional<layout::Geometry> geometry;  ///< present when the header makes sense
  bool sameBoot = false;                     ///< created in this boot of the machine
  std::vector<SchemaField> fields;
  std::optional<ProducerFacts> producer;  ///< absent when the file ends before it
  std::vector<ConsumerFacts> consumers;   ///< the rows that are not free, in order
  std::vector<std::uint32_t> slowest;     ///< the gating rows with the lowest cursor
  std::optional<std::uint32_t> membership;
  std::vector<Finding> findings;

  /// No finding is a fault.
  bool healthy() const noexcept;
};

/// "consumer 'risk' (row 3, pid 4711)".
std::string describe(const ConsumerFacts& consumer);

/// Text that is safe on a terminal: every byte that is not printable ASCII becomes '?'.
std::string printable(std::string_view text);

/// The record's name as the header holds it, cut at 63 bytes; any bytes will do.
std::string recordNameOf(const layout::Header& header);

}  // namespace sluice::inspect
