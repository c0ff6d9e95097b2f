#include "document/snapshot_json.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "document/words.hpp"

namespace sluice::document {

using namespace inspect;

namespace {

/// "Nothing yet" is null.
Json sequence(Sequence number, const Snapshot& snapshot) {
  return number == snapshot.beforeFirst() ? Json(nullptr) : Json(number);
}

Json identity(const detail::ProcessIdentity& process) {
  return {{"pid", process.pid},
          {"startTime", process.startTime},
          {"pidNamespace", process.pidNamespace}};
}

Json doorbell(const detail::DoorbellValue& value) {
  return {{"epoch", value.epoch()}, {"armed", value.armed()}, {"awaited", value.awaited()}};
}

Json headerOf(const Snapshot& snapshot) {
  if (!snapshot.header) return nullptr;
  const detail::Header& header = *snapshot.header;
  return {{"writerFormat", header.writerFormat},
          {"readerFormat", header.readerFormat},
          {"segmentSize", header.segmentSize},
          {"sequenceBits", header.sequenceBits},
          {"created", timeOf(header.creator.createdRealtime)},
          {"createdRealtime", header.creator.createdRealtime},
          {"createdMonotonic", header.creator.createdMonotonic},
          {"creator",
           identity({header.creator.pid, header.creator.startTime, header.creator.pidNamespace})},
          {"id", detail::inHex(header.id)},
          {"firstSequence", header.firstSequence},
          {"bootId", inHex(std::as_bytes(std::span(header.bootId)))},
          {"sameBoot", snapshot.sameBoot}};
}

Json geometryOf(const Snapshot& snapshot) {
  if (!snapshot.geometry) return nullptr;
  const detail::Geometry& geometry = *snapshot.geometry;
  constexpr std::array<const char*, detail::sectionCount> names{
      "header",        "schema",    "producer",  "doorbells",
      "lifelineNodes", "lifelines", "consumers", "ring"};
  Json sections = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i)
    sections[names[i]] = {{"offset", geometry.sections[i].offset},
                          {"size", geometry.sections[i].size}};
  return {{"capacity", geometry.capacity},
          {"slotLayout", nameOf(geometry.slotLayout)},
          {"payloadSize", geometry.payloadSize},
          {"stride", geometry.stride},
          {"consumerRows", geometry.consumerRows},
          {"withoutConsumers", nameOf(geometry.withoutConsumers)},
          {"wakeProtocol", nameOf(geometry.wakeProtocol)},
          {"sections", std::move(sections)}};
}

Json recordOf(const Snapshot& snapshot) {
  if (!snapshot.geometry) return nullptr;
  Json fields = Json::array();
  for (const SchemaField& field : snapshot.fields)
    fields.push_back({{"name", field.name},
                      {"offset", field.offset},
                      {"size", field.size},
                      {"count", field.count},
                      {"kind", nameOf(field.kind)}});
  return {{"name", recordNameOf(*snapshot.header)},
          {"size", snapshot.geometry->recordSize},
          {"alignment", snapshot.geometry->recordAlignment},
          {"fingerprint", fmt::format("{:016x}", snapshot.header->fingerprint)},
          {"fields", std::move(fields)}};
}

Json producerOf(const Snapshot& snapshot) {
  if (!snapshot.producer) return nullptr;
  const ProducerFacts& producer = *snapshot.producer;
  return {{"state", nameOf(producer.state)},
          {"alive", producer.alive},
          {"marked", producer.marked},
          {"stopped", producer.stopped},
          {"process", identity(producer.process)},
          {"term", producer.term},
          {"published", sequence(producer.stream.published, snapshot)},
          {"cursor", sequence(producer.stream.cursor, snapshot)},
          {"claimed", sequence(producer.stream.claimed, snapshot)},
          {"limit", sequence(producer.stream.limit, snapshot)},
          {"payloadLimit", producer.stream.payloadLimit},
          {"payloadEnd", producer.payloadEnd},
          {"doorbell", doorbell(producer.doorbell)},
          {"attachedAt", producer.attachedAt},
          {"waitedAt", producer.waitedAt},
          {"endedAt", producer.endedAt},
          {"fullWaits", producer.fullWaits},
          {"payloadWaits", producer.payloadWaits},
          {"sleeps", producer.sleeps},
          {"wakes", producer.wakes}};
}

Json consumerOf(const ConsumerFacts& consumer, const Snapshot& snapshot) {
  const std::uint64_t capacity = snapshot.geometry->capacity;
  Json after = Json::array();
  for (const UpstreamRow& upstream : consumer.upstream)
    after.push_back({{"row", upstream.row}, {"generation", upstream.generation}});
  return {{"row", consumer.row},
          {"generation", consumer.rowWord.generation()},
          {"state", nameOf(consumer.rowWord.state())},
          {"gates", consumer.rowWord.gates()},
          {"name", consumer.name},
          {"alive", consumer.alive},
          {"marked", consumer.marked},
          {"stopped", consumer.stopped},
          {"process", identity(consumer.process)},
          {"cursor", sequence(consumer.cursor, snapshot)},
          {"lag", consumer.lag},
          {"lagPercent", 100.0 * static_cast<double>(consumer.lag) / static_cast<double>(capacity)},
          {"payloadLag", consumer.payloadLag},
          {"asleepFor", consumer.asleepFor ? Json(*consumer.asleepFor) : Json(nullptr)},
          {"joining", consumer.isJoining()},
          {"joinedAt", consumer.joinedAt},
          {"onDeath", nameOf(consumer.onDeath)},
          {"evictAfter", consumer.evictAfter},
          {"attachedAt", consumer.attachedAt},
          {"sleptAt", consumer.sleptAt},
          {"evictedAt", consumer.evictedAt},
          {"lostFrom", consumer.lost ? Json(consumer.lost->first) : Json(nullptr)},
          {"lostCount", consumer.lost ? consumer.lost->count : 0},
          {"after", std::move(after)},
          {"doorbell", doorbell(consumer.doorbell)},
          {"sleeps", consumer.sleeps},
          {"wakes", consumer.wakes}};
}

Json consumersOf(const Snapshot& snapshot) {
  Json consumers = Json::array();
  for (const ConsumerFacts& consumer : snapshot.consumers)
    consumers.push_back(consumerOf(consumer, snapshot));
  return consumers;
}

Json findingsOf(const Snapshot& snapshot) {
  Json findings = Json::array();
  for (const Finding& finding : snapshot.findings)
    findings.push_back({{"severity", nameOf(finding.severity)}, {"text", finding.text}});
  return findings;
}

}  // namespace

Json inJson(const Snapshot& snapshot) {
  return {{"format", documentFormat},
          {"name", nameOf(snapshot)},
          {"path", snapshot.path},
          {"fileSize", snapshot.fileSize},
          {"readAt", snapshot.readAt},
          {"healthy", snapshot.healthy()},
          {"findings", findingsOf(snapshot)},
          {"header", headerOf(snapshot)},
          {"geometry", geometryOf(snapshot)},
          {"record", recordOf(snapshot)},
          {"producer", producerOf(snapshot)},
          {"consumers", consumersOf(snapshot)},
          {"consumerCount", snapshot.consumerCount()},
          {"slowest", snapshot.slowest},
          {"membership", snapshot.membership ? Json(*snapshot.membership) : Json(nullptr)}};
}

}  // namespace sluice::document
