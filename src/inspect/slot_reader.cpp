#include "inspect/slot_reader.hpp"

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
