#include "participants.hpp"

#include <algorithm>
#include <cstddef>

#include "bytes.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/layout/slot.hpp"

namespace sluice::inspect {
namespace {

using layout::ConsumerPage;
using layout::Geometry;
using layout::ProducerPage;
using layout::SectionId;
using platform::SegmentFile;

/// The end of the stream: the cursor, then every stamp after it without a gap.
Sequence publishedAfter(const SegmentFile& file, const Geometry& geometry, Sequence cursor,
                        Sequence claimed) {
  if (geometry.slotLayout != layout::SlotLayout::stamped) return cursor;
  const std::uint64_t ring = geometry.section(SectionId::ring).offset;
  Sequence published = cursor;
  for (std::uint64_t i = 0; i < geometry.capacity && distance(published, claimed) > 0; ++i) {
    const Sequence next = published + 1;
    const std::uint64_t slot = next & (geometry.capacity - 1);
    const auto stamp = wordAt(file, ring + slot * geometry.stride);
    if (!stamp) break;
    // Of this lap or a later one; anything else is no stamp of this slot, and holes of a damaged
    // file would be followed around a ring of any size.
    const auto ahead = distance(layout::stampOf(next), *stamp);
    const bool isOfSlot = (static_cast<std::uint64_t>(ahead) & (geometry.capacity - 1)) == 0;
    if (ahead < 0 || !isOfSlot) break;
    published = next;
  }
  return published;
}

platform::ProcessIdentity identityAt(std::span<const std::byte> page, std::size_t offset) {
  const auto field = [&](std::size_t place) {
    return numberAt<std::uint64_t>(page, offset + place);
  };
  return {field(offsetof(layout::SharedIdentity, pid)),
          field(offsetof(layout::SharedIdentity, startTime)),
          field(offsetof(layout::SharedIdentity, pidNamespace))};
}

void readSharedWords(const SegmentFile& file, const Geometry& geometry, std::uint32_t number,
                     Participant& participant) {
  const std::uint64_t doorbells = geometry.section(SectionId::doorbells).offset;
  const std::uint64_t lifelines = geometry.section(SectionId::lifelines).offset;
  const auto doorbell =
      wordAt(file, doorbells + sizeof(layout::Membership) + number * sizeof(layout::DoorbellLine));
  const auto lifeline = wordAt(file, lifelines + number * sizeof(layout::Lifeline));
  participant.doorbell.word = doorbell.value_or(0);
  const auto word = static_cast<std::uint32_t>(lifeline.value_or(0));
  participant.marked = layout::LifelineValue{word}.ownerDied();
  participant.alive = file.lockedByAnother(layout::leaseByte(number));
}

std::vector<UpstreamRow> upstreamOf(std::span<const std::byte> page) {
  std::vector<UpstreamRow> rows;
  for (std::size_t i = 0; i < layout::maxConsumerRows; ++i) {
    const auto entry = numberAt<std::uint64_t>(
        page, offsetof(ConsumerPage, upstream) + i * sizeof(layout::Upstream));
    if (entry == 0) continue;
    rows.push_back(
        {static_cast<std::uint32_t>(entry) - 1, static_cast<std::uint32_t>(entry >> 32)});
  }
  return rows;
}

ConsumerFacts consumerOf(std::span<const std::byte> page, std::uint32_t row) {
  const auto word = [&](std::size_t offset) { return numberAt<std::uint64_t>(page, offset); };
  ConsumerFacts facts;
  facts.row = row;
  facts.rowWord.word = word(offsetof(ConsumerPage, row));
  facts.cursor = word(offsetof(ConsumerPage, cursor));
  const std::uint64_t asleepFor = word(offsetof(ConsumerPage, asleepFor));
  if (asleepFor != 0) facts.asleepFor = asleepFor - 1;
  facts.joinedAt = word(offsetof(ConsumerPage, joinedAt));
  facts.onDeath = numberAt<layout::OnDeath>(page, offsetof(ConsumerPage, onDeath));
  facts.evictAfter = word(offsetof(ConsumerPage, evictAfter));
  facts.process = identityAt(page, offsetof(ConsumerPage, identity));
  facts.name = textAt(page, offsetof(ConsumerPage, name), sizeof(ConsumerPage::name));
  facts.upstream = upstreamOf(page);
  facts.sleeps = word(offsetof(ConsumerPage, sleeps));
  facts.wakes = word(offsetof(ConsumerPage, wakes));
  return facts;
}

/// Nothing for a free row, and for one that the file ends before.
std::optional<ConsumerFacts> readRow(const SegmentFile& file, const Geometry& geometry,
                                     std::uint32_t row) {
  constexpr int tries = 4;
  const std::uint64_t start =
      geometry.section(SectionId::consumers).offset + row * sizeof(ConsumerPage);
  std::optional<ConsumerFacts> facts;
  for (int i = 0; i < tries; ++i) {
    const auto page = bytesAt(file, start, sizeof(ConsumerPage));
    if (!page) return std::nullopt;
    facts = consumerOf(*page, row);
    if (facts->rowWord.state() == layout::RowState::free) return std::nullopt;
    readSharedWords(file, geometry, layout::consumerParticipant(row), *facts);
    // One who left in order since the page was read has no lease any more, and is not missing.
    if (wordAt(file, start + offsetof(ConsumerPage, row)) == facts->rowWord.word) break;
  }
  return facts;
}

}  // namespace

std::optional<Stream> readStream(const SegmentFile& file, const Geometry& geometry) {
  const std::uint64_t page = geometry.section(SectionId::producer).offset;
  const auto cursor = wordAt(file, page + offsetof(ProducerPage, cursor));
  const auto claimed = wordAt(file, page + offsetof(ProducerPage, claimed));
  const auto limit = wordAt(file, page + offsetof(ProducerPage, limit));
  if (!cursor || !claimed || !limit) return std::nullopt;
  return Stream{*cursor, *claimed, *limit, publishedAfter(file, geometry, *cursor, *claimed)};
}

std::optional<ProducerFacts> readProducer(const SegmentFile& file, const Geometry& geometry) {
  const auto stream = readStream(file, geometry);
  const auto page =
      bytesAt(file, geometry.section(SectionId::producer).offset, sizeof(ProducerPage));
  if (!stream || !page) return std::nullopt;
  const auto word = [&](std::size_t offset) { return numberAt<std::uint64_t>(*page, offset); };
  ProducerFacts facts;
  facts.stream = *stream;
  facts.term = word(offsetof(ProducerPage, term));
  facts.state = numberAt<layout::ProducerState>(*page, offsetof(ProducerPage, state));
  facts.process = identityAt(*page, offsetof(ProducerPage, identity));
  facts.fullWaits = word(offsetof(ProducerPage, fullWaits));
  facts.sleeps = word(offsetof(ProducerPage, sleeps));
  facts.wakes = word(offsetof(ProducerPage, wakes));
  readSharedWords(file, geometry, layout::producerParticipant, facts);
  return facts;
}

std::vector<ConsumerFacts> readConsumers(const SegmentFile& file, const Geometry& geometry,
                                         Sequence published) {
  std::vector<ConsumerFacts> consumers;
  for (std::uint32_t row = 0; row < geometry.consumerRows; ++row) {
    auto facts = readRow(file, geometry, row);
    if (!facts) continue;
    facts->lag =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, distance(facts->cursor, published)));
    consumers.push_back(*std::move(facts));
  }
  return consumers;
}

}  // namespace sluice::inspect
