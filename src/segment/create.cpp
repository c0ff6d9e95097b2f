#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "format/field_entry.hpp"
#include "os/clock.hpp"
#include "os/identity.hpp"
#include "segment/mapped_parts.hpp"
#include "segment/participant.hpp"
#include "segment/segment_name.hpp"
#include "sluice/detail/fence.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {
namespace {

/// Gives a new file its memory. Huge pages must be asked for and touched before the rest is
/// allocated, because allocation alone takes small ones.
Result<void> allocate(SegmentFile& file, std::uint64_t size, bool hugePages) {
  if (hugePages) {
    if (auto sized = file.resize(size); !sized) return sized;
    const MappedPart whole{0, size, Access::readWrite};
    const auto touched =
        Mapping::map(file, size, {&whole, 1}, {.prefault = true, .hugePages = true});
    if (!touched) return touched.error();
  }
  return file.allocate(size);
}

/// Everything of a new segment that is not zero.
Result<void> writeContents(SegmentFile& file, const Geometry& geometry,
                           const RecordDescription& record, const SegmentId& id) {
  const auto process = currentProcess();
  const Header header = makeHeader(geometry, record, process, currentBoot(), id);
  if (auto written = file.write(0, std::as_bytes(std::span(&header, 1))); !written) return written;

  std::vector<FieldEntry> entries;
  for (const Field& field : record.fields)
    entries.push_back(entryOf(field));
  if (auto written =
          file.write(startOf(geometry, SectionId::schema), std::as_bytes(std::span(entries)));
      !written)
    return written;

  alignas(ProducerPage) std::array<std::byte, sizeof(ProducerPage)> bytes{};
  auto& page = *new (bytes.data()) ProducerPage{};
  for (Cursor* cursor : {&page.cursor, &page.claimed, &page.limit})
    cursor->sequence.store(geometry.beforeFirst(), std::memory_order_relaxed);
  page.payloadLimit.store(geometry.payloadSize, std::memory_order_relaxed);
  page.term.store(1, std::memory_order_relaxed);
  page.state.store(ProducerState::live, std::memory_order_relaxed);
  page.attachedAt.store(nanosecondsSinceBoot(), std::memory_order_relaxed);
  page.identity.pid.store(process.pid, std::memory_order_relaxed);
  page.identity.startTime.store(process.startTime, std::memory_order_relaxed);
  page.identity.pidNamespace.store(process.pidNamespace, std::memory_order_relaxed);
  return file.write(startOf(geometry, SectionId::producer), bytes);
}

Choices choicesOf(const ProducerOptions& options, const RecordDescription& record,
                  SlotLayout slotLayout, std::uint64_t payloadSize) {
  return {.capacity = options.capacity,
          .consumerRows = options.maxConsumers,
          .slotLayout = slotLayout,
          .withoutConsumers = options.withoutConsumers,
          .wakeProtocol = registerForMembarrier() ? WakeProtocol::membarrier : WakeProtocol::fence,
          .firstSequence = options.firstSequence,
          .record = record,
          .payloadSize = payloadSize};
}

}  // namespace

Result<Participant> Participant::createAsProducer(const SegmentPath& path,
                                                  const ProducerOptions& options,
                                                  const RecordDescription& record,
                                                  SlotLayout slotLayout,
                                                  std::uint64_t payloadSize) {
  if (auto named = checkName(path); !named) return named.error();
  const auto geometry =
      geometryOf(path.string(), choicesOf(options, record, slotLayout, payloadSize));
  if (!geometry) return geometry.error();

  const auto id = randomSegmentId();
  if (!id) return id.error();
  auto lease = Lease::take([&]() -> Result<SegmentFile> {
    auto file = SegmentFile::createUnnamed(path, options.mode);
    if (!file) return file;
    if (auto made = allocate(*file, geometry->segmentSize, options.memory.hugePages); !made)
      return made.error();
    if (auto written = writeContents(*file, *geometry, record, *id); !written)
      return written.error();
    const auto held = file->tryLock(leaseByte(producerParticipant));
    if (!held) return held.error();
    const bool replaces = options.whenTaken == WhenTaken::replace;
    if (auto linked = replaces ? replaceSegment(*file) : file->link(); !linked)
      return linked.error();
    return file;
  });
  if (!lease) return lease.error();
  auto mapping =
      mapHeld(*lease, *geometry, Access::readWrite, producerParts(*geometry), options.memory);
  if (!mapping) {
    lease->with([](SegmentFile& file) { (void)file.unlinkIfSame(); });
    return mapping.error();
  }
  Participant participant(path, std::move(*lease), std::move(*mapping), *geometry, noRow);
  participant.tieLifeline(producerParticipant);
  return participant;
}

}  // namespace sluice::detail
