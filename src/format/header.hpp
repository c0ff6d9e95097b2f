// The first page of a segment: written once by its creator, before the segment has a name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "sluice/detail/doorbell.hpp"
#include "sluice/policy.hpp"
#include "sluice/slot_layout.hpp"

namespace sluice::detail {

/// The first eight bytes of every segment. The last one is odd so that no text file has it.
inline constexpr std::array<char, 8> magic{'S', 'L', 'U', 'I', 'C', 'E', '\0', '\xd1'};

/// The version this library writes, and the oldest reader that understands what it writes. Apart
/// from the library's own version.
inline constexpr std::uint32_t writerFormat = 2;
inline constexpr std::uint32_t readerFormat = 2;

inline constexpr std::uint32_t byteOrderMark = 0x01020304;

/// Sections begin on a page, whatever the machine's page size is up to this.
inline constexpr std::uint64_t sectionAlignment = 4096;

/// Bytes of the file: a byte offset from its start and a length.
//
// offset  size  field
//      0     8  offset
//      8     8  size
struct Section {
  std::uint64_t offset;
  std::uint64_t size;
  friend bool operator==(const Section&, const Section&) = default;
};

static_assert(offsetof(Section, offset) == 0);
static_assert(offsetof(Section, size) == 8);
static_assert(sizeof(Section) == 16);

enum class SectionId : std::uint32_t {
  header,
  schema,
  producer,
  doorbells,
  lifelineNodes,
  lifelines,
  consumers,
  ring
};
inline constexpr std::size_t sectionCount = 8;

/// The process that created the segment, and when.
//
// offset  size  field
//      0     8  pid
//      8     8  startTime
//     16     8  pidNamespace
//     24     8  createdRealtime
//     32     8  createdMonotonic
struct Creator {
  std::uint64_t pid;
  std::uint64_t startTime;
  std::uint64_t pidNamespace;
  std::uint64_t createdRealtime;   ///< nanoseconds since 1970, CLOCK_REALTIME
  std::uint64_t createdMonotonic;  ///< nanoseconds since boot, CLOCK_MONOTONIC
};

static_assert(offsetof(Creator, pid) == 0);
static_assert(offsetof(Creator, startTime) == 8);
static_assert(offsetof(Creator, pidNamespace) == 16);
static_assert(offsetof(Creator, createdRealtime) == 24);
static_assert(offsetof(Creator, createdMonotonic) == 32);
static_assert(sizeof(Creator) == 40);

// offset  size  field
//      0     8  magic
//      8     4  writerFormat
//     12     4  readerFormat
//     16     4  byteOrder
//     20     4  headerSize
//     24     8  segmentSize
//     32   128  sections
//    160     8  capacity
//    168     4  recordSize
//    172     4  recordAlignment
//    176     4  stride
//    180     4  slotLayout
//    184     4  lineSpacing
//    188     4  wakeProtocol
//    192     4  consumerRows
//    196     4  withoutConsumers
//    200     4  sequenceBits
//    204     4  fieldCount
//    208    16  bootId
//    224    40  creator
//    264     8  fingerprint
//    272    64  recordName
//    336    16  id
//    352     8  firstSequence
//    360     8  payloadSize
//    368  3728  reserved
struct Header {
  std::array<char, 8> magic;
  std::uint32_t writerFormat;
  std::uint32_t readerFormat;
  std::uint32_t byteOrder;
  std::uint32_t headerSize;
  std::uint64_t segmentSize;
  std::array<Section, sectionCount> sections;
  std::uint64_t capacity;
  std::uint32_t recordSize;
  std::uint32_t recordAlignment;
  std::uint32_t stride;
  SlotLayout slotLayout;
  std::uint32_t lineSpacing;
  std::uint32_t wakeProtocol;
  std::uint32_t consumerRows;
  WithoutConsumers withoutConsumers;
  std::uint32_t sequenceBits;
  std::uint32_t fieldCount;
  std::array<std::uint8_t, 16> bootId;
  Creator creator;
  std::uint64_t fingerprint;
  std::array<char, 64> recordName;
  std::array<std::uint8_t, 16> id;  ///< random: no other segment has it
  std::uint64_t firstSequence;      ///< of the first record of the stream
  std::uint64_t payloadSize;        ///< bytes of the payload region; 0 for records
  std::array<std::uint8_t, 3728> reserved;
};

static_assert(std::is_trivially_copyable_v<Header>);
static_assert(offsetof(Header, magic) == 0);
static_assert(offsetof(Header, writerFormat) == 8);
static_assert(offsetof(Header, readerFormat) == 12);
static_assert(offsetof(Header, byteOrder) == 16);
static_assert(offsetof(Header, headerSize) == 20);
static_assert(offsetof(Header, segmentSize) == 24);
static_assert(offsetof(Header, sections) == 32);
static_assert(offsetof(Header, capacity) == 160);
static_assert(offsetof(Header, recordSize) == 168);
static_assert(offsetof(Header, recordAlignment) == 172);
static_assert(offsetof(Header, stride) == 176);
static_assert(offsetof(Header, slotLayout) == 180);
static_assert(offsetof(Header, lineSpacing) == 184);
static_assert(offsetof(Header, wakeProtocol) == 188);
static_assert(offsetof(Header, consumerRows) == 192);
static_assert(offsetof(Header, withoutConsumers) == 196);
static_assert(offsetof(Header, sequenceBits) == 200);
static_assert(offsetof(Header, fieldCount) == 204);
static_assert(offsetof(Header, bootId) == 208);
static_assert(offsetof(Header, creator) == 224);
static_assert(offsetof(Header, fingerprint) == 264);
static_assert(offsetof(Header, recordName) == 272);
static_assert(offsetof(Header, id) == 336);
static_assert(offsetof(Header, firstSequence) == 352);
static_assert(offsetof(Header, payloadSize) == 360);
static_assert(offsetof(Header, reserved) == 368);
static_assert(sizeof(Header) == sectionAlignment);

}  // namespace sluice::detail
