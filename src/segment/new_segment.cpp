#include "segment/new_segment.hpp"

#include <array>
#include <cstring>
#include <new>
#include <span>
#include <utility>

#include "format/field_entry.hpp"
#include "format/producer_page.hpp"
#include "os/clock.hpp"
#include "os/lease_file.hpp"
#include "segment/mapped_parts.hpp"

namespace sluice::detail {
namespace {

std::vector<std::byte> copyOf(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> producerPage(const Geometry& geometry, const ProcessIdentity& process) {
  alignas(ProducerPage) std::array<std::byte, sizeof(ProducerPage)> bytes{};
  auto& page = *new (bytes.data()) ProducerPage{};
  const auto order = std::memory_order_relaxed;
  for (Cursor* cursor : {&page.cursor, &page.claimed, &page.limit})
    cursor->sequence.store(geometry.beforeFirst(), order);
  page.payloadLimit.store(geometry.payloadSize, order);
  page.term.store(1, order);
  page.state.store(ProducerState::live, order);
  page.attachedAt.store(nanosecondsSinceBoot(), order);
  page.identity.pid.store(process.pid, order);
  page.identity.startTime.store(process.startTime, order);
  page.identity.pidNamespace.store(process.pidNamespace, order);
  return copyOf(bytes);
}

std::vector<std::byte> schemaOf(const RecordDescription& record) {
  std::vector<FieldEntry> entries;
  for (const Field& field : record.fields)
    entries.push_back(entryOf(field));
  return copyOf(std::as_bytes(std::span(entries)));
}

}  // namespace

std::string unfinishedName(const SegmentId& id) {
  return leaseFileName(id) + ".segment";
}

NewSegment::NewSegment(const SegmentPath& path, const ProducerOptions& options,
                       const Geometry& geometry, const RecordDescription& record,
                       const SegmentId& id)
    : path_(path),
      geometry_(geometry),
      memory_(options.memory),
      file_(path, unfinishedName(id), options.mode),
      thread_("sluice-creator", Scheduling::asCaller, {}) {
  const auto process = currentProcess();
  const Header header = makeHeader(geometry, record, process, currentBoot(), id);
  contents_.push_back({0, copyOf(std::as_bytes(std::span(&header, 1)))});
  contents_.push_back({startOf(geometry, SectionId::schema), schemaOf(record)});
  contents_.push_back({startOf(geometry, SectionId::producer), producerPage(geometry, process)});
}

/// The number of the file's descriptor means something in the thread's table alone.
NewSegment::~NewSegment() {
  if (file_.descriptor() >= 0) thread_.run([this] { file_.close(); });
}

CallFailure NewSegment::fill() noexcept {
  for (const Piece& piece : contents_)
    if (auto failed = file_.write(piece.offset, piece.bytes)) return failed;
  return {};
}

/// Huge pages must be asked for and touched before the rest is allocated, because allocation alone
/// takes small ones.
CallFailure NewSegment::makeFile(Mapping& mapping) noexcept {
  const std::uint64_t size = geometry_.segmentSize;
  if (auto failed = file_.open()) return failed;
  if (auto failed = memory_.hugePages ? file_.resize(size) : file_.allocate(size)) return failed;
  if (auto failed = fill()) return failed;
  fileId_ = fileIdOf(file_.descriptor());
  CallFailure failed = mapping.mapFile(file_.descriptor());
  if (!failed) failed = mapping.prepare();
  isMappingsFailure_ = bool(failed);
  return failed || !memory_.hugePages ? failed : file_.allocate(size);
}

Result<Mapping> NewSegment::make() {
  MemoryOptions memory = memory_;
  memory.prefault = memory.prefault || memory.hugePages;
  auto mapping = Mapping::reserve(path_, geometry_.segmentSize, producerParts(geometry_), memory);
  if (!mapping) return mapping;
  CallFailure failed;
  thread_.run([&] { failed = makeFile(*mapping); });
  if (!failed) return mapping;
  return isMappingsFailure_ ? mapping->errorOf(failed) : file_.errorOf(failed);
}

Result<void> NewSegment::link() {
  CallFailure failed;
  thread_.run([&] { failed = file_.link(); });
  if (failed) return file_.errorOf(failed);
  return {};
}

}  // namespace sluice::detail
