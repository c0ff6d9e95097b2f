#include "format/shape.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "format/segment_view.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/slot.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {
namespace {

using std::to_string;

Error outOfRange(const std::string& segment, std::string field, std::uint64_t found,
                 std::string expected, std::string advice) {
  return {.code = ErrorCode::invalidArgument,
          .segment = segment,
          .field = std::move(field),
          .found = to_string(found),
          .expected = std::move(expected),
          .advice = std::move(advice)};
}

std::string capacityAdvice(std::uint64_t capacity) {
  constexpr std::uint64_t largest = maxCapacity<Sequence>;
  if (capacity == 0) return "say how many records the ring holds, for example 1024";
  return "use " + to_string(capacity > largest ? largest : std::bit_ceil(capacity));
}

std::optional<Error> checkRing(const std::string& segment, const Choices& choices) {
  if (!isCapacity<Sequence>(choices.capacity))
    return outOfRange(segment, "capacity", choices.capacity,
                      "a power of two from 1 to " + to_string(maxCapacity<Sequence>),
                      capacityAdvice(choices.capacity));
  if (choices.consumerRows < 1 || choices.consumerRows > maxConsumerRows)
    return outOfRange(segment, "consumerRows", choices.consumerRows,
                      "1 to " + to_string(maxConsumerRows),
                      "allow as many consumers as will be attached at once");
  if (choices.slotLayout < SlotLayout::stamped || choices.slotLayout > SlotLayout::messages)
    return outOfRange(segment, "slotLayout", static_cast<std::uint32_t>(choices.slotLayout),
                      "1 (stamped), 2 (packed), 3 (stampedLines) or 4 (messages)",
                      "choose one of them");
  if (choices.withoutConsumers != WithoutConsumers::runOn &&
      choices.withoutConsumers != WithoutConsumers::wait)
    return outOfRange(segment, "withoutConsumers",
                      static_cast<std::uint32_t>(choices.withoutConsumers), "1 (runOn) or 2 (wait)",
                      "choose one of them");
  if (choices.wakeProtocol < WakeProtocol::fence || choices.wakeProtocol > WakeProtocol::none)
    return outOfRange(segment, "wakeProtocol", static_cast<std::uint32_t>(choices.wakeProtocol),
                      "1 (fence), 2 (membarrier) or 3 (none)", "choose one of them");
  if (choices.firstSequence > maxFirstSequence)
    return outOfRange(segment, "firstSequence", choices.firstSequence,
                      "at most " + to_string(maxFirstSequence), "begin at a lower sequence");
  return std::nullopt;
}

/// What goes with the layout messages, or with all others.
std::optional<Error> checkPayload(const std::string& segment, const Choices& choices) {
  const std::uint64_t size = choices.payloadSize;
  if (choices.slotLayout != SlotLayout::messages) {
    if (size == 0) return std::nullopt;
    return outOfRange(segment, "payloadSize", size, "0 for records", "records lie in the slots");
  }
  if (choices.capacity < 2)
    return outOfRange(segment, "capacity", choices.capacity, "at least 2 for messages", "use 2");
  if (!std::has_single_bit(size) || size < minPayloadSize || size > maxPayloadSize)
    return outOfRange(
        segment, "payloadSize", size,
        "a power of two from " + to_string(minPayloadSize) + " to " + to_string(maxPayloadSize),
        "use " + to_string(std::clamp(std::bit_ceil(std::min(size, maxPayloadSize)), minPayloadSize,
                                      maxPayloadSize)));
  return std::nullopt;
}

std::optional<Error> checkMessageShape(const std::string& segment, const RecordDescription& record,
                                       std::uint64_t fieldCount) {
  const std::uint64_t slot = messageOffset + record.size;
  if (record.size > maxMessageSlot || slot % cacheLine != 0 || slot > maxMessageSlot)
    return outOfRange(segment, "recordSize", record.size,
                      to_string(messageOffset) + " less than a multiple of " +
                          to_string(cacheLine) + ", which is at most " + to_string(maxMessageSlot),
                      "use slots of whole lines");
  if (record.alignment != messageAlignment)
    return outOfRange(segment, "recordAlignment", record.alignment, to_string(messageAlignment),
                      "messages in slots have this one");
  if (fieldCount != 0)
    return outOfRange(segment, "fieldCount", fieldCount, "0 for messages", "describe no fields");
  return std::nullopt;
}

std::optional<Error> checkRecordShape(const std::string& segment, const RecordDescription& record,
                                      std::uint64_t fieldCount) {
  if (!std::has_single_bit(record.alignment) || record.alignment > maxRecordAlignment)
    return outOfRange(segment, "recordAlignment", record.alignment,
                      "a power of two from 1 to " + to_string(maxRecordAlignment),
                      "align the record to at most a page");
  if (record.size < 1 || record.size > maxRecordSize)
    return outOfRange(segment, "recordSize", record.size,
                      "1 to " + to_string(maxRecordSize) + " bytes",
                      "pass large data by reference to another shared object");
  if (record.size % record.alignment != 0)
    return outOfRange(segment, "recordSize", record.size,
                      "a multiple of the alignment, " + to_string(record.alignment),
                      "give the size that sizeof says");
  if (fieldCount > maxFields)
    return outOfRange(segment, "fieldCount", fieldCount, "at most " + to_string(maxFields),
                      "describe an array as one field");
  return std::nullopt;
}

constexpr std::uint64_t wholePages(std::uint64_t bytes) noexcept {
  return (bytes + sectionAlignment - 1) / sectionAlignment * sectionAlignment;
}

/// Lays the sections one after another and returns where the last one ends.
std::uint64_t placeSections(Geometry& geometry, std::uint64_t fieldCount) {
  const std::uint64_t participants = 1 + std::uint64_t{geometry.consumerRows};
  const std::array<std::uint64_t, sectionCount> sizes{
      sizeof(Header),
      (fieldCount == 0 ? 1 : fieldCount) * sizeof(FieldEntry),
      sizeof(ProducerPage),
      sizeof(Membership) + participants * sizeof(DoorbellLine),
      sectionAlignment,
      participants * sizeof(LifelineWord),
      geometry.consumerRows * sizeof(ConsumerPage),
      wholePages(geometry.capacity * geometry.stride) + geometry.payloadSize};
  static_assert((1 + maxConsumerRows) * sizeof(LifelineWord) <= sectionAlignment,
                "each lifeline has its node at the same place of the page before");
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < sectionCount; ++i) {
    geometry.sections[i] = {offset, wholePages(sizes[i])};
    offset += geometry.sections[i].size;
  }
  return offset;
}

std::uint64_t largestCapacity(std::uint64_t stride) noexcept {
  constexpr std::uint64_t besidesTheRing = std::uint64_t{1} << 20;
  return std::bit_floor((maxSegmentSize - besidesTheRing) / stride);
}

}  // namespace

Result<Geometry> shapeOf(const std::string& segment, const Choices& choices,
                         std::uint64_t fieldCount) {
  if (auto error = checkRing(segment, choices)) return *std::move(error);
  if (auto error = checkPayload(segment, choices)) return *std::move(error);
  const bool isForMessages = choices.slotLayout == SlotLayout::messages;
  if (auto error = isForMessages ? checkMessageShape(segment, choices.record, fieldCount)
                                 : checkRecordShape(segment, choices.record, fieldCount))
    return *std::move(error);
  Geometry geometry;
  geometry.capacity = choices.capacity;
  geometry.recordSize = static_cast<std::uint32_t>(choices.record.size);
  geometry.recordAlignment = static_cast<std::uint32_t>(choices.record.alignment);
  geometry.stride = static_cast<std::uint32_t>(
      strideOf(choices.slotLayout, choices.record.size, choices.record.alignment));
  geometry.consumerRows = choices.consumerRows;
  geometry.slotLayout = choices.slotLayout;
  geometry.withoutConsumers = choices.withoutConsumers;
  geometry.wakeProtocol = choices.wakeProtocol;
  geometry.firstSequence = choices.firstSequence;
  geometry.payloadSize = choices.payloadSize;
  geometry.segmentSize = placeSections(geometry, fieldCount);
  if (geometry.segmentSize > maxSegmentSize)
    return outOfRange(segment, "capacity", choices.capacity,
                      "at most " + to_string(largestCapacity(geometry.stride)) +
                          " for records of " + to_string(choices.record.size) + " bytes",
                      "use a smaller ring");
  return geometry;
}

}  // namespace sluice::detail
