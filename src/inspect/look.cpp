#include "inspect/look.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <thread>

#include "format/image.hpp"
#include "format/segment_list.hpp"
#include "format/segment_view.hpp"
#include "inspect/judge.hpp"
#include "inspect/participants.hpp"
#include "inspect/reserved.hpp"
#include "os/clock.hpp"

namespace sluice::inspect {
namespace {

using detail::Geometry;
using detail::Header;
using detail::SectionId;
using detail::SegmentFile;

void fault(Snapshot& snapshot, std::string text) {
  snapshot.findings.push_back({Severity::fault, std::move(text)});
}

void note(Snapshot& snapshot, std::string text) {
  snapshot.findings.push_back({Severity::note, std::move(text)});
}

std::string inWords(const Error& error) {
  std::string text = error.field + ": found " + error.found;
  if (!error.expected.empty()) text += ", expected " + error.expected;
  return error.advice.empty() ? text : text + "; " + error.advice;
}

/// The header, and the geometry if it makes sense. A file of the wrong size still has one.
void readHeader(const SegmentFile& file, Snapshot& snapshot) {
  std::vector<std::byte> bytes(sizeof(Header));
  const auto got = file.read(0, bytes);
  if (!got) {
    fault(snapshot, "the file cannot be read: " + got.error().message());
    return;
  }
  bytes.resize(*got);
  if (*got == sizeof(Header)) {
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic == detail::magic) snapshot.header = header;
  }
  const auto geometry = detail::checkHeader(snapshot.path, bytes, snapshot.fileSize);
  if (geometry) {
    snapshot.geometry = *geometry;
    return;
  }
  fault(snapshot, inWords(geometry.error()));
  if (!snapshot.header) return;
  const auto asItShouldBe = detail::checkHeader(snapshot.path, bytes, snapshot.header->segmentSize);
  if (asItShouldBe) snapshot.geometry = *asItShouldBe;
}

void readBoot(Snapshot& snapshot) {
  const detail::BootId boot = detail::currentBoot();
  snapshot.sameBoot = boot == snapshot.header->bootId;
  if (!snapshot.sameBoot && boot != detail::BootId{})
    fault(snapshot, "it was created before this machine was started; remove it");
}

bool isGood(const SchemaField& field, std::uint64_t recordSize) noexcept {
  if (field.size == 0 || field.count == 0 || field.offset > recordSize) return false;
  if (field.name.size() > detail::maxFieldName || field.kind > FieldKind::boolean) return false;
  return field.count <= (recordSize - field.offset) / field.size;
}

void readSchema(const SegmentFile& file, Snapshot& snapshot) {
  const std::uint32_t count = snapshot.header->fieldCount;
  const auto bytes = detail::bytesAt(file, snapshot.geometry->section(SectionId::schema).offset,
                                     count * sizeof(detail::FieldEntry));
  if (!bytes) return;
  std::vector<detail::FieldEntry> entries(count);
  if (count != 0) std::memcpy(entries.data(), bytes->data(), bytes->size());
  std::vector<Field> fields;
  for (const detail::FieldEntry& entry : entries) {
    fields.push_back(detail::fieldOf(entry));
    SchemaField field{std::string(fields.back().name), entry.offset, entry.size, entry.count,
                      entry.kind};
    if (isGood(field, snapshot.geometry->recordSize)) snapshot.fields.push_back(std::move(field));
  }
  if (snapshot.fields.size() != count || fingerprintOf(fields) != snapshot.header->fingerprint)
    fault(snapshot, "the schema is damaged: it does not give the header's fingerprint");
}

/// What moves while the stream runs.
void readParticipants(const SegmentFile& file, Snapshot& snapshot) {
  const Geometry& geometry = *snapshot.geometry;
  auto found = detail::LeaseFile::open(file.path(), snapshot.header->id);
  if (!found)
    note(snapshot, inWords(found.error()) + "; until then the marks alone tell who lives");
  const auto leases =
      found ? *std::move(found) : detail::LeaseFile::unknown(file.path(), snapshot.header->id);
  snapshot.producer = readProducer(file, geometry, leases);
  if (!snapshot.producer) return;
  snapshot.consumers = readConsumers(file, geometry, leases, *snapshot.producer);
  snapshot.slowest = slowestOf(snapshot.consumers);
  if (const auto word = detail::wordAt(file, geometry.section(SectionId::doorbells).offset))
    snapshot.membership = static_cast<std::uint32_t>(*word);
  const auto later = readStream(file, geometry);
  judge(snapshot, later.value_or(snapshot.producer->stream));
}

Snapshot lookOnce(const SegmentFile& file) {
  Snapshot snapshot;
  snapshot.path = file.path().string();
  snapshot.fileSize = file.size();
  snapshot.readAt = detail::nanosecondsSinceBoot();
  readHeader(file, snapshot);
  if (!snapshot.geometry) return snapshot;
  readBoot(snapshot);
  readSchema(file, snapshot);
  readParticipants(file, snapshot);
  if (snapshot.header->writerFormat <= detail::writerFormat)
    for (const std::string& place : reservedBytesInUse(file, *snapshot.geometry))
      fault(snapshot, "reserved bytes of " + place + " are not zero");
  return snapshot;
}

const ConsumerFacts* consumerIn(const Snapshot& snapshot, std::optional<std::uint32_t> row) {
  for (const ConsumerFacts& consumer : snapshot.consumers)
    if (consumer.row == row) return &consumer;
  return nullptr;
}

/// A consumer that is only slow moves meanwhile.
void judgeStall(const SegmentFile& file, const LookOptions& options, Snapshot& snapshot) {
  const ConsumerFacts* const before = consumerIn(snapshot, snapshot.waitedFor);
  if (before == nullptr || !before->alive) return;
  std::this_thread::sleep_for(options.settle);
  const Snapshot later = lookOnce(file);
  const ConsumerFacts* const after = consumerIn(later, later.waitedFor);
  const bool isSame = after != nullptr && after->row == before->row &&
                      after->rowWord.generation() == before->rowWord.generation() &&
                      after->cursor == before->cursor;
  if (isSame)
    snapshot.findings.push_back({Severity::note, describe(*before) +
                                                     " has stalled: it committed nothing in " +
                                                     std::to_string(options.settle.count()) +
                                                     " ms while the ring was full"});
}

}  // namespace

Snapshot look(const SegmentFile& file, const LookOptions& options) {
  constexpr int looks = 3;
  Snapshot snapshot = lookOnce(file);
  for (int i = 1; i < looks && snapshot.geometry && !snapshot.healthy(); ++i) {
    std::this_thread::sleep_for(options.settle);
    snapshot = lookOnce(file);
  }
  judgeStall(file, options, snapshot);
  return snapshot;
}

Result<SegmentFile> openToLook(const detail::SegmentPath& path) {
  if (const auto good = detail::checkFileName(path); !good) return good.error();
  return SegmentFile::open(path);
}

Result<Snapshot> look(const detail::SegmentPath& path, const LookOptions& options) {
  const auto file = openToLook(path);
  if (!file) return file.error();
  return look(*file, options);
}

Result<std::vector<Snapshot>> lookAtAll(const std::string& directory, const LookOptions& options) {
  const auto names = detail::segmentsIn(directory);
  if (!names) return names.error();
  std::vector<Snapshot> snapshots;
  for (const std::string& name : *names) {
    const auto file = openToLook({directory, name});
    if (!file) continue;
    snapshots.push_back(look(*file, options));
  }
  return snapshots;
}

}  // namespace sluice::inspect
