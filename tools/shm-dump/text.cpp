#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "document/words.hpp"

namespace shm_dump {

using namespace sluice;
using namespace sluice::inspect;
using document::nameOf;
using document::timeOf;

namespace {

using Lines = std::back_insert_iterator<std::string>;

std::string inWords(Sequence sequence, const Snapshot& snapshot) {
  return sequence == snapshot.beforeFirst() ? "nothing yet" : fmt::to_string(sequence);
}

std::string inUnits(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"bytes", "KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit)
    amount /= 1024;
  return fmt::format("{:.1f} {}", amount, units[unit]);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

void line(Lines out, std::string_view what, std::string_view text) {
  fmt::format_to(out, "  {:<12}{}\n", what, text);
}

void writeHeader(Lines out, const Snapshot& snapshot) {
  const detail::Header& header = *snapshot.header;
  line(out, "format",
       fmt::format("{}, read by {} and later", header.writerFormat, header.readerFormat));
  line(out, "created",
       fmt::format("{} by {}, {}", timeOf(header.creator.createdRealtime),
                   detail::describe(
                       {header.creator.pid, header.creator.startTime, header.creator.pidNamespace}),
                   snapshot.sameBoot ? "in this boot" : "in another boot"));
}

void writeGeometry(Lines out, const Snapshot& snapshot) {
  const detail::Geometry& geometry = *snapshot.geometry;
  const std::string name = recordNameOf(*snapshot.header);
  if (geometry.payloadSize != 0)
    line(out, "messages",
         fmt::format("of at most {} bytes, those of at most {} in their slots",
                     std::max<std::uint64_t>(geometry.payloadSize / 2, geometry.recordSize),
                     geometry.recordSize));
  else
    line(out, "record",
         fmt::format("{}, {} bytes, aligned to {}, {}",
                     name.empty() ? "no name" : "'" + printable(name) + "'", geometry.recordSize,
                     geometry.recordAlignment,
                     snapshot.fields.empty() ? "no fields described"
                                             : fmt::format("{} fields", snapshot.fields.size())));
  line(out, "ring",
       fmt::format("{} slots of {} bytes ({}), {}", geometry.capacity, geometry.stride,
                   nameOf(geometry.slotLayout), inUnits(geometry.capacity * geometry.stride)));
  if (geometry.payloadSize != 0) line(out, "payload", inUnits(geometry.payloadSize));
  line(out, "rows",
       fmt::format("{} for consumers; without any the producer {}", geometry.consumerRows,
                   geometry.withoutConsumers == WithoutConsumers::wait ? "waits" : "runs on"));
  line(out, "wake", nameOf(geometry.wakeProtocol));
}

std::string doorbellInWords(const detail::DoorbellValue& doorbell, Sequence published) {
  if (!doorbell.armed()) return "nobody asks for a wake";
  const auto low = static_cast<std::uint32_t>(published) & detail::DoorbellValue::awaitedMask;
  const std::uint32_t ahead = (doorbell.awaited() - low) & detail::DoorbellValue::awaitedMask;
  return fmt::format("somebody asks for a wake at {}", published + ahead);
}

/// Whether it lives is news only where the state says that it should.
std::string stateOf(const ProducerFacts& producer) {
  const std::string state = nameOf(producer.state);
  if (producer.alive) return state + (producer.stopped ? ", stopped" : ", alive");
  return producer.state == detail::ProducerState::live ? state + ", gone" : state;
}

void writeProducer(Lines out, const Snapshot& snapshot) {
  const ProducerFacts& producer = *snapshot.producer;
  const Stream& stream = producer.stream;
  fmt::format_to(out, "\nproducer\n");
  line(out, "process", detail::describe(producer.process));
  line(out, "state", fmt::format("{}, term {}", stateOf(producer), producer.term));
  line(out, "published", inWords(stream.published, snapshot));
  line(out, "cursor", inWords(stream.cursor, snapshot));
  line(out, "claimed", inWords(stream.claimed, snapshot));
  line(out, "limit", inWords(stream.limit, snapshot));
  if (snapshot.geometry->payloadSize != 0)
    line(out, "payload",
         fmt::format("to {}, limit {}, found short {}", producer.payloadEnd, stream.payloadLimit,
                     producer.payloadWaits));
  line(out, "doorbell", doorbellInWords(producer.doorbell, stream.published));
  line(out, "counts",
       fmt::format("ring found full {}, slept {}, woke others {}", producer.fullWaits,
                   producer.sleeps, producer.wakes));
}

/// How long ago that was, where the clock is the same.
std::string ageOf(std::uint64_t at, const Snapshot& snapshot) {
  const bool isKnown = at != 0 && snapshot.sameBoot && at <= snapshot.readAt;
  return isKnown ? durationInWords(snapshot.readAt - at) : "";
}

std::string activityOf(const ConsumerFacts& consumer, const Snapshot& snapshot) {
  if (consumer.isJoining()) return "joining";
  if (!consumer.asleepFor) return "awake";
  const std::string age = ageOf(consumer.sleptAt, snapshot);
  return fmt::format("asleep for {}{}", *consumer.asleepFor, age.empty() ? "" : ", since " + age);
}

std::string lifeOf(const ConsumerFacts& consumer) {
  if (consumer.stopped) return ", stopped";
  return consumer.alive ? ", alive" : ", gone";
}

using Row = std::array<std::string, 10>;

Row rowOf(const ConsumerFacts& consumer, const Snapshot& snapshot) {
  const bool slowest = std::find(snapshot.slowest.begin(), snapshot.slowest.end(), consumer.row) !=
                       snapshot.slowest.end();
  std::string after;
  for (const UpstreamRow& upstream : consumer.upstream)
    after += (after.empty() ? "row " : ", ") + fmt::to_string(upstream.row);
  std::string policy = nameOf(consumer.onDeath);
  if (consumer.evictAfter != 0)
    policy += fmt::format(", evict after {} ms", consumer.evictAfter / 1'000'000);
  return {fmt::to_string(consumer.row),
          consumer.name.empty() ? "-" : printable(consumer.name),
          detail::describe(consumer.process),
          nameOf(consumer.rowWord.state()) + lifeOf(consumer),
          inWords(consumer.cursor, snapshot),
          fmt::to_string(consumer.lag),
          percent(consumer.lag, snapshot.geometry->capacity),
          activityOf(consumer, snapshot),
          policy,
          fmt::format("{}{}", slowest ? "gates" : "-", after.empty() ? "" : "; after " + after)};
}

void writeConsumers(Lines out, const Snapshot& snapshot) {
  const std::size_t count = snapshot.consumerCount();
  const std::size_t remembered = snapshot.consumers.size() - count;
  fmt::format_to(
      out, "\nconsumers: {} of {}{}\n", count, snapshot.geometry->consumerRows,
      remembered == 0 ? "" : fmt::format("; {} evicted and gone, remembered", remembered));
  if (snapshot.consumers.empty()) return;
  std::vector<Row> rows{
      {"row", "name", "process", "state", "cursor", "lag", "of ring", "sleep", "on death", "role"}};
  for (const ConsumerFacts& consumer : snapshot.consumers)
    rows.push_back(rowOf(consumer, snapshot));
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  for (const Row& row : rows) {
    std::string text = " ";
    for (std::size_t i = 0; i < row.size(); ++i)
      text += fmt::format(" {:<{}} ", row[i], widths[i]);
    text.erase(text.find_last_not_of(' ') + 1);
    fmt::format_to(out, "{}\n", text);
  }
}

void writeGate(Lines out, const Snapshot& snapshot) {
  if (snapshot.slowest.empty()) {
    fmt::format_to(out, "\nno consumer gates the producer\n");
    return;
  }
  std::string who;
  Sequence cursor = 0;
  std::uint64_t payloadLag = 0;
  for (const ConsumerFacts& consumer : snapshot.consumers) {
    if (std::find(snapshot.slowest.begin(), snapshot.slowest.end(), consumer.row) ==
        snapshot.slowest.end())
      continue;
    who += (who.empty() ? "" : ", ") + describe(consumer);
    cursor = consumer.cursor;
    payloadLag = consumer.payloadLag;
  }
  const auto room =
      distance(snapshot.producer->stream.claimed, cursor + snapshot.geometry->capacity);
  const std::uint64_t payload = snapshot.geometry->payloadSize;
  const std::string what =
      payload == 0 ? std::string("records")
                   : fmt::format("messages, and {} bytes of payload, {} of the region,",
                                 payload - std::min(payload, payloadLag),
                                 percent(payload - std::min(payload, payloadLag), payload));
  fmt::format_to(out, "\nthe producer has room for {} {} before it waits for {}\n",
                 std::max<std::int64_t>(room, 0), what, who);
}

void writeFindings(Lines out, const Snapshot& snapshot) {
  fmt::format_to(out, "\n{}\n", snapshot.healthy() ? "healthy" : "something is wrong");
  for (const Finding& finding : snapshot.findings)
    fmt::format_to(out, "  {}: {}\n", nameOf(finding.severity), printable(finding.text));
}

/// The first fault; or that there is none, and the first note.
std::string healthOf(const Snapshot& snapshot) {
  const auto fault =
      std::find_if(snapshot.findings.begin(), snapshot.findings.end(),
                   [](const Finding& finding) { return finding.severity == Severity::fault; });
  if (fault != snapshot.findings.end()) return printable(fault->text);
  return snapshot.findings.empty() ? "healthy"
                                   : "healthy: " + printable(snapshot.findings.front().text);
}

}  // namespace

std::string inText(const Snapshot& snapshot) {
  std::string text;
  Lines out(text);
  fmt::format_to(out, "segment {}\n", printable(snapshot.path));
  line(out, "file", inUnits(snapshot.fileSize));
  if (snapshot.header) writeHeader(out, snapshot);
  if (snapshot.geometry) writeGeometry(out, snapshot);
  if (snapshot.producer) {
    writeProducer(out, snapshot);
    writeConsumers(out, snapshot);
    writeGate(out, snapshot);
  }
  writeFindings(out, snapshot);
  return text;
}

std::string listInText(const std::vector<Snapshot>& snapshots) {
  std::string text;
  Lines out(text);
  if (snapshots.empty()) return "no segments\n";
  std::size_t width = 4;
  for (const Snapshot& snapshot : snapshots)
    width = std::max(width, nameOf(snapshot).size());
  fmt::format_to(out, "{:<{}}  {:>10}  {:<14}  {:>9}  {}\n", "name", width, "size", "producer",
                 "consumers", "health");
  for (const Snapshot& snapshot : snapshots) {
    const std::string producer = snapshot.producer ? stateOf(*snapshot.producer) : "-";
    fmt::format_to(out, "{:<{}}  {:>10}  {:<14}  {:>9}  {}\n", printable(nameOf(snapshot)), width,
                   inUnits(snapshot.fileSize), producer, snapshot.consumerCount(),
                   healthOf(snapshot));
  }
  return text;
}

}  // namespace shm_dump
