#include "inspect/slot_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "format/image.hpp"
#include "inspect/participants.hpp"
#include "sluice/detail/slot.hpp"

namespace sluice::inspect {
namespace {

using detail::SectionId;

/// What the stream's numbers say of a slot that has no stamp.
SlotState judgeUnstamped(Sequence sequence, const Stream& stream,
                         const detail::Geometry& geometry) {
  if (reached(stream.published, sequence)) return SlotState::whole;
  const Sequence before = sequence - geometry.capacity;
  const bool first = distance(geometry.beforeFirst(), before) <= 0;
  const bool beingWritten = reached(stream.claimed, sequence);
  return first && !beingWritten ? SlotState::neverWritten : SlotState::notYet;
}

SlotState judgeStamp(Sequence sequence, std::uint64_t stamp) noexcept {
  const auto ahead = distance(detail::stampOf(sequence), stamp);
  if (ahead == 0) return SlotState::whole;
  if (stamp == 0) return SlotState::neverWritten;
  return ahead > 0 ? SlotState::overwritten : SlotState::notYet;
}

}  // namespace

const char* nameOf(SlotState state) noexcept {
  switch (state) {
    case SlotState::whole:
      return "whole";
    case SlotState::notYet:
      return "notYet";
    case SlotState::neverWritten:
      return "neverWritten";
    case SlotState::overwritten:
      return "overwritten";
    case SlotState::unreadable:
      return "unreadable";
  }
  return "unreadable";
}

SlotFacts SlotReader::read(Sequence sequence) const {
  if (geometry_.slotLayout != SlotLayout::messages) return readRecord(sequence);
  SlotFacts facts;
  facts.sequence = sequence;
  facts.index = sequence & (geometry_.capacity - 1);
  readMessage(facts);
  return facts;
}

/// The head first, then the bytes that it tells of, and then what the producer may write over.
void SlotReader::readMessage(SlotFacts& facts) const {
  const std::uint64_t slot =
      geometry_.section(SectionId::ring).offset + facts.index * geometry_.stride;
  const auto stamp = detail::wordAt(file_, slot);
  const auto place = readPlace(file_, geometry_, facts.sequence);
  if (!stamp || !place) return;
  const std::uint64_t within = place->position & (geometry_.payloadSize - 1);
  const bool inRegion = place->content.inRegion();
  const std::uint64_t most = inRegion ? geometry_.payloadSize - within : geometry_.recordSize;
  const std::uint64_t size = std::min({place->content.size(), most, mostOfMessage_});
  const std::uint64_t at =
      inRegion ? geometry_.payloadOffset() + within : slot + detail::messageOffset;
  auto bytes = detail::bytesAt(file_, at, static_cast<std::size_t>(size));
  const auto stream = readStream(file_, geometry_);
  if (!bytes || !stream) return;
  facts.record = *std::move(bytes);
  facts.message =
      MessageFacts{place->content.kind(), place->content.size(), inRegion, place->position};
  const bool isTakenAgain = reached(stream->claimed, facts.sequence + geometry_.capacity);
  const bool isPayloadTaken =
      inRegion && !reached(place->position + geometry_.payloadSize, stream->payloadLimit);
  facts.state =
      isTakenAgain || isPayloadTaken ? SlotState::overwritten : judgeStamp(facts.sequence, *stamp);
}

SlotFacts SlotReader::readRecord(Sequence sequence) const {
  SlotFacts facts;
  facts.sequence = sequence;
  facts.index = sequence & (geometry_.capacity - 1);
  const std::uint64_t slot =
      geometry_.section(SectionId::ring).offset + facts.index * geometry_.stride;
  const bool stamped = detail::hasStamps(geometry_.slotLayout);
  const auto stamp = stamped ? detail::wordAt(file_, slot) : std::optional<std::uint64_t>{0};
  // Without stamps there is nothing to follow: this is three words.
  const auto before = stamped ? std::optional<Stream>{Stream{}} : readStream(file_, geometry_);
  auto record = detail::bytesAt(
      file_, slot + detail::recordOffset(geometry_.slotLayout, geometry_.recordAlignment),
      geometry_.recordSize);
  const auto claimed = detail::wordAt(file_, geometry_.section(SectionId::producer).offset +
                                                 offsetof(detail::ProducerPage, claimed));
  if (!before || !stamp || !record || !claimed) return facts;
  facts.record = *std::move(record);
  const bool isTakenAgain = reached(*claimed, sequence + geometry_.capacity);
  if (isTakenAgain)
    facts.state = SlotState::overwritten;
  else
    facts.state =
        stamped ? judgeStamp(sequence, *stamp) : judgeUnstamped(sequence, *before, geometry_);
  return facts;
}

}  // namespace sluice::inspect
