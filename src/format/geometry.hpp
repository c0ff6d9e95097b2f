// Where everything lies in a segment: computed by its creator, checked by everybody else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "format/header.hpp"
#include "os/identity.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/detail/fence.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

inline constexpr std::uint64_t maxRecordSize = std::uint64_t{1} << 24;
inline constexpr std::uint64_t maxRecordAlignment = sectionAlignment;
inline constexpr std::uint64_t maxSegmentSize = std::uint64_t{1} << 40;
/// A quarter of all sequences: no stream gets as far as half of them.
inline constexpr Sequence maxFirstSequence = Sequence{1} << 62;

/// Of a payload region: a power of two. The half of it, the longest message, is told in 31 bits.
inline constexpr std::uint64_t minPayloadSize = sectionAlignment;
inline constexpr std::uint64_t maxPayloadSize = std::uint64_t{1} << 31;

/// What a creator chooses.
struct Choices {
  std::uint64_t capacity = 0;
  std::uint32_t consumerRows = 0;
  SlotLayout slotLayout = SlotLayout::stamped;
  WithoutConsumers withoutConsumers = WithoutConsumers::runOn;
  WakeProtocol wakeProtocol = WakeProtocol::fence;
  Sequence firstSequence = 0;
  RecordDescription record;
  std::uint64_t payloadSize = 0;  ///< with the layout messages, and no other
};

/// A private copy of all that decides an address. Nothing in it is read from shared memory again.
struct Geometry {
  std::uint64_t segmentSize = 0;
  std::array<Section, sectionCount> sections{};
  std::uint64_t capacity = 0;
  std::uint32_t recordSize = 0;
  std::uint32_t recordAlignment = 0;
  std::uint32_t stride = 0;
  std::uint32_t consumerRows = 0;
  SlotLayout slotLayout = SlotLayout::stamped;
  WithoutConsumers withoutConsumers = WithoutConsumers::runOn;
  WakeProtocol wakeProtocol = WakeProtocol::fence;
  Sequence firstSequence = 0;
  std::uint64_t payloadSize = 0;

  /// What the cursors show before the first record.
  Sequence beforeFirst() const noexcept { return firstSequence - 1; }
  /// Where the payload region begins, in the file; the ring's section ends with it.
  std::uint64_t payloadOffset() const noexcept {
    const Section& ring = section(SectionId::ring);
    return ring.offset + ring.size - payloadSize;
  }
  const Section& section(SectionId id) const noexcept {
    return sections[static_cast<std::size_t>(id)];
  }
};

/// The geometry of these choices. invalidArgument names the choice that is out of range; `segment`
/// is for the message.
Result<Geometry> geometryOf(const std::string& segment, const Choices& choices);

/// The header page of a new segment.
Header makeHeader(const Geometry& geometry, const RecordDescription& record,
                  const ProcessIdentity& creator, const BootId& boot, const SegmentId& id);

/// Says yes (with the geometry) or exactly what is wrong with these bytes, which may be any bytes
/// at all: at least sizeof(Header) of them are needed. Every field is checked, the reserved ones
/// too, and the sections against the file's size.
Result<Geometry> checkHeader(const std::string& segment, std::span<const std::byte> bytes,
                             std::uint64_t fileSize);

/// Says yes or which property of the record type or its layout differs from what the segment holds.
/// The header has passed checkHeader.
Result<void> checkExpectation(const std::string& segment, const Header& header,
                              const Expectation& expectation);

}  // namespace sluice::detail
