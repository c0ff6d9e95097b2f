// The structs of a mapped segment, found through a checked geometry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "format/consumer_page.hpp"
#include "format/field_entry.hpp"
#include "format/geometry.hpp"
#include "format/producer_page.hpp"
#include "format/shared_words.hpp"
#include "sluice/detail/payload_region.hpp"
#include "sluice/detail/slot.hpp"

namespace sluice::detail {

/// Participants number the doorbells, the lifelines and the leases: the producer is 0, the consumer
/// in row r is 1 + r.
constexpr std::uint32_t producerParticipant = 0;
constexpr std::uint32_t consumerParticipant(std::uint32_t row) noexcept {
  return 1 + row;
}

/// The bytes of the lease file whose locks mean something; the file itself is empty.
constexpr std::uint64_t leaseByte(std::uint32_t participant) noexcept {
  return (std::uint64_t{1} << 61) + participant;
}
/// Shared by processes that join; held by a process that removes the name or gives it to another
/// segment.
inline constexpr std::uint64_t nameByte = (std::uint64_t{1} << 61) + 4096;
/// Held by the living consumer of that name: no two of one name.
std::uint64_t consumerNameByte(std::string_view name) noexcept;

/// Addresses of a mapping's structs. The row and participant numbers given must be in range.
class SegmentView {
 public:
  SegmentView(std::byte* base, const Geometry& geometry) noexcept
      : base_(base), geometry_(geometry) {}

  const Geometry& geometry() const noexcept { return geometry_; }

  const Header& header() const noexcept { return at<Header>(SectionId::header, 0); }
  const FieldEntry* schema() const noexcept { return &at<FieldEntry>(SectionId::schema, 0); }
  ProducerPage& producer() const noexcept { return at<ProducerPage>(SectionId::producer, 0); }
  Membership& membership() const noexcept { return at<Membership>(SectionId::doorbells, 0); }
  Doorbell& doorbell(std::uint32_t participant) const noexcept {
    return at<DoorbellLine>(SectionId::doorbells, 1 + participant).doorbell;
  }
  LifelineWord& lifeline(std::uint32_t participant) const noexcept {
    return at<LifelineWord>(SectionId::lifelines, participant);
  }
  ConsumerPage& consumer(std::uint32_t row) const noexcept {
    return at<ConsumerPage>(SectionId::consumers, row);
  }
  std::byte* ring() const noexcept { return base_ + geometry_.section(SectionId::ring).offset; }
  /// The slot of that sequence.
  std::byte* slot(Sequence sequence) const noexcept {
    return ring() + (sequence & (geometry_.capacity - 1)) * geometry_.stride;
  }
  /// Of a segment of messages.
  PayloadRegion payload() const noexcept {
    return {base_ + geometry_.payloadOffset(), geometry_.payloadSize};
  }

 private:
  template <class Struct>
  Struct& at(SectionId section, std::size_t index) const noexcept {
    return *reinterpret_cast<Struct*>(base_ + geometry_.section(section).offset +
                                      index * sizeof(Struct));
  }

  std::byte* base_;
  Geometry geometry_;
};

/// Of a segment of messages.
inline MessageSlot messageSlotOf(const Geometry& geometry) noexcept {
  return {geometry.stride, geometry.recordSize};
}

/// The numbers of a segment's slots.
inline AnySlot slotOf(const Geometry& geometry) noexcept {
  return {geometry.slotLayout, hasStamps(geometry.slotLayout), geometry.stride,
          static_cast<std::size_t>(recordOffset(geometry.slotLayout, geometry.recordAlignment)),
          geometry.recordSize};
}

}  // namespace sluice::detail
