#include "inspect/participants.hpp"

#include <algorithm>
#include <cstddef>

#include "format/end_of_stream.hpp"
#include "format/image.hpp"
#include "format/row_image.hpp"
#include "format/segment_view.hpp"
#include "os/process_state.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/payload_region.hpp"

namespace sluice::inspect {
namespace {

using detail::ConsumerPage;
using detail::Geometry;
using detail::LeaseFile;
using detail::ProducerPage;
using detail::SectionId;
using detail::SegmentFile;

void readSharedWords(const SegmentFile& file, const Geometry& geometry, const LeaseFile& leases,
                     std::uint32_t number, ParticipantFacts& participant) {
  const std::uint64_t doorbells = geometry.section(SectionId::doorbells).offset;
  const std::uint64_t lifelines = geometry.section(SectionId::lifelines).offset;
  const auto doorbell = detail::wordAt(
      file, doorbells + sizeof(detail::Membership) + number * sizeof(detail::DoorbellLine));
  const auto lifeline = detail::wordAt(file, lifelines + number * sizeof(detail::LifelineWord));
  participant.doorbell.word = doorbell.value_or(0);
  const auto word = static_cast<std::uint32_t>(lifeline.value_or(0));
  participant.marked = detail::LifelineValue{word}.ownerDied();
  // Where the kernel gives no answer, the mark decides.
  const bool mayLive = word != 0 && !participant.marked;
  participant.alive = leases.isHeld(detail::leaseByte(number)).value_or(mayLive);
  const char state = participant.alive ? detail::stateOf(participant.process).value_or(' ') : ' ';
  participant.stopped = state == 'T' || state == 't';
}

ConsumerFacts factsOf(const detail::RowImage& image, std::uint32_t row) {
  ConsumerFacts facts;
  facts.row = row;
  facts.rowWord = image.word;
  facts.cursor = image.cursor;
  if (image.asleepFor != 0) facts.asleepFor = image.asleepFor - 1;
  facts.joinedAt = image.joinedAt;
  facts.onDeath = image.onDeath;
  facts.evictAfter = image.evictAfter;
  facts.process = image.process;
  facts.name = image.name;
  for (const std::uint64_t entry : image.upstream)
    facts.upstream.push_back(
        {static_cast<std::uint32_t>(entry) - 1, static_cast<std::uint32_t>(entry >> 32)});
  facts.attachedAt = image.attachedAt;
  facts.sleptAt = image.sleptAt;
  facts.evictedAt = image.evictedAt;
  facts.sleeps = image.sleeps;
  facts.wakes = image.wakes;
  return facts;
}

bool isOfMessages(const Geometry& geometry) noexcept {
  return geometry.slotLayout == SlotLayout::messages;
}

/// Where the payload of the last message ends; where the first begins before there is one.
std::uint64_t endOfPayload(const SegmentFile& file, const Geometry& geometry, Sequence published) {
  if (!isOfMessages(geometry) || published == geometry.beforeFirst()) return geometry.payloadSize;
  const auto last = readPlace(file, geometry, published).value_or(MessagePlace{});
  return detail::payloadEnd(last.position, last.content);
}

/// What of the payload is published and was not committed; nothing of a consumer whose next message
/// is no longer in its slot.
std::uint64_t payloadLagOf(const SegmentFile& file, const Geometry& geometry,
                           const ConsumerFacts& consumer, const ProducerFacts& producer) {
  if (!isOfMessages(geometry) || consumer.lag == 0 || consumer.lag > geometry.capacity) return 0;
  const auto next = readPlace(file, geometry, consumer.cursor + 1);
  const auto behind = next ? distance(next->position, producer.payloadEnd) : 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, behind));
}

/// What an evicted consumer's name is not given, up to what is published now.
std::optional<LostRecords> lostBy(const ConsumerFacts& consumer, std::uint64_t owedFrom,
                                  Sequence published) {
  if (consumer.rowWord.state() != detail::RowState::evicted) return std::nullopt;
  const Sequence committed =
      consumer.evictAfter != 0 ? consumer.rowWord.committedUpTo(consumer.cursor) : consumer.cursor;
  const bool owesOn = consumer.isJoining() && owedFrom != 0;
  const Sequence first =
      (owesOn ? owedFrom : detail::owedAfter(committed, consumer.joinedAt, owedFrom)) - 1;
  const auto count = std::max<std::int64_t>(0, distance(first, published + 1));
  return LostRecords{first, static_cast<std::uint64_t>(count)};
}

/// Nothing for a free row, and for a row that the file ends before.
std::optional<ConsumerFacts> readConsumer(const SegmentFile& file, const Geometry& geometry,
                                          const LeaseFile& leases, std::uint32_t row,
                                          Sequence published) {
  constexpr int tries = 4;
  const std::uint64_t start = detail::rowOffset(geometry, row);
  std::optional<ConsumerFacts> facts;
  for (int i = 0; i < tries; ++i) {
    const auto image = detail::readRow(file, geometry, row);
    if (!image) return std::nullopt;
    facts = factsOf(*image, row);
    if (facts->rowWord.state() == detail::RowState::free) return std::nullopt;
    readSharedWords(file, geometry, leases, detail::consumerParticipant(row), *facts);
    facts->lost = lostBy(*facts, image->owedFrom, published);
    // A consumer that left in order since the page was read has no lease any more, and is not
    // missing.
    if (detail::wordAt(file, start + offsetof(ConsumerPage, row)) == facts->rowWord.word) break;
  }
  return facts;
}

}  // namespace

std::optional<Stream> readStream(const SegmentFile& file, const Geometry& geometry) {
  const std::uint64_t page = geometry.section(SectionId::producer).offset;
  const auto cursor = detail::wordAt(file, page + offsetof(ProducerPage, cursor));
  const auto claimed = detail::wordAt(file, page + offsetof(ProducerPage, claimed));
  const auto limit = detail::wordAt(file, page + offsetof(ProducerPage, limit));
  if (!cursor || !claimed || !limit) return std::nullopt;
  const auto payload = detail::wordAt(file, page + offsetof(ProducerPage, payloadLimit));
  return Stream{*cursor, *claimed, *limit, detail::endOfStream(file, geometry, *cursor, *claimed),
                payload.value_or(0)};
}

std::optional<MessagePlace> readPlace(const SegmentFile& file, const Geometry& geometry,
                                      Sequence sequence) {
  const std::uint64_t slot = geometry.section(SectionId::ring).offset +
                             (sequence & (geometry.capacity - 1)) * geometry.stride;
  const auto position = detail::wordAt(file, slot + offsetof(detail::MessageHead, position));
  const auto content = detail::wordAt(file, slot + offsetof(detail::MessageHead, content));
  if (!position || !content) return std::nullopt;
  return MessagePlace{*position, {*content}};
}

std::optional<ProducerFacts> readProducer(const SegmentFile& file, const Geometry& geometry,
                                          const LeaseFile& leases) {
  const auto stream = readStream(file, geometry);
  const auto page =
      detail::bytesAt(file, geometry.section(SectionId::producer).offset, sizeof(ProducerPage));
  if (!stream || !page) return std::nullopt;
  const auto word = [&](std::size_t offset) {
    return detail::numberAt<std::uint64_t>(*page, offset);
  };
  ProducerFacts facts;
  facts.stream = *stream;
  facts.term = word(offsetof(ProducerPage, term));
  facts.state = detail::numberAt<detail::ProducerState>(*page, offsetof(ProducerPage, state));
  facts.process = detail::identityAt(*page, offsetof(ProducerPage, identity));
  facts.fullWaits = word(offsetof(ProducerPage, fullWaits));
  facts.payloadWaits = word(offsetof(ProducerPage, payloadWaits));
  facts.payloadEnd = endOfPayload(file, geometry, stream->published);
  facts.attachedAt = word(offsetof(ProducerPage, attachedAt));
  facts.waitedAt = word(offsetof(ProducerPage, waitedAt));
  facts.endedAt = word(offsetof(ProducerPage, endedAt));
  facts.sleeps = word(offsetof(ProducerPage, sleeps));
  facts.wakes = word(offsetof(ProducerPage, wakes));
  readSharedWords(file, geometry, leases, detail::producerParticipant, facts);
  return facts;
}

std::vector<ConsumerFacts> readConsumers(const SegmentFile& file, const Geometry& geometry,
                                         const LeaseFile& leases, const ProducerFacts& producer) {
  const Sequence published = producer.stream.published;
  std::vector<ConsumerFacts> consumers;
  for (std::uint32_t row = 0; row < geometry.consumerRows; ++row) {
    auto facts = readConsumer(file, geometry, leases, row, published);
    if (!facts) continue;
    facts->lag =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, distance(facts->cursor, published)));
    facts->payloadLag = payloadLagOf(file, geometry, *facts, producer);
    consumers.push_back(*std::move(facts));
  }
  return consumers;
}

}  // namespace sluice::inspect
