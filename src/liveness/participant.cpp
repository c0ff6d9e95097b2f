#include "sluice/liveness/participant.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "mapped_parts.hpp"
#include "row_choice.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/liveness/segment_name.hpp"
#include "sluice/platform/fence.hpp"
#include "sluice/platform/futex.hpp"
#include "sluice/platform/keeper.hpp"

namespace sluice {
namespace {

using layout::SectionId;
using platform::Access;
using platform::MappedPart;
using platform::SegmentFile;
using platform::SegmentPath;

constexpr std::uint32_t noRow = 0;
constexpr std::chrono::seconds nameChangePatience{5};

/// Gives a new file its memory. Huge pages must be asked for and touched before the rest is
/// allocated, because allocation alone takes small ones.
Result<void> allocate(SegmentFile& file, std::uint64_t size, bool hugePages) {
  if (hugePages) {
    if (auto sized = file.resize(size); !sized) return sized;
    const MappedPart whole{0, size, Access::readWrite};
    const auto touched =
        platform::Mapping::map(file, size, {&whole, 1}, {.prefault = true, .hugePages = true});
    if (!touched) return touched.error();
  }
  return file.allocate(size);
}

/// Everything of a new segment that is not zero.
Result<void> writeContents(SegmentFile& file, const layout::Geometry& geometry,
                           const RecordDescription& record) {
  const auto process = platform::currentProcess();
  const layout::Header header =
      layout::makeHeader(geometry, record, process, platform::currentBoot());
  if (auto written = file.write(0, std::as_bytes(std::span(&header, 1))); !written) return written;

  std::vector<layout::FieldEntry> entries;
  for (const Field& field : record.fields)
    entries.push_back(layout::entryOf(field));
  if (auto written =
          file.write(startOf(geometry, SectionId::schema), std::as_bytes(std::span(entries)));
      !written)
    return written;

  alignas(layout::ProducerPage) std::array<std::byte, sizeof(layout::ProducerPage)> bytes{};
  auto& page = *new (bytes.data()) layout::ProducerPage{};
  for (layout::Cursor* cursor : {&page.cursor, &page.claimed, &page.limit})
    cursor->sequence.store(initialSequence<Sequence>, std::memory_order_relaxed);
  page.term.store(1, std::memory_order_relaxed);
  page.state.store(layout::ProducerState::live, std::memory_order_relaxed);
  page.identity.pid.store(process.pid, std::memory_order_relaxed);
  page.identity.startTime.store(process.startTime, std::memory_order_relaxed);
  page.identity.pidNamespace.store(process.pidNamespace, std::memory_order_relaxed);
  return file.write(startOf(geometry, SectionId::producer), bytes);
}

Result<void> honour(const SegmentPath& path, platform::WakeProtocol protocol) {
  if (protocol == platform::WakeProtocol::fence || platform::registerForMembarrier()) return {};
  return Error{ErrorCode::incompatible,
               path.string(),
               "wakeProtocol",
               "membarrier, which this process may not use",
               "fence",
               "allow the membarrier system call (a seccomp filter forbids it?), or create the "
               "segment from a process that may not use it either"};
}

Result<CheckedFile> openExpected(const SegmentPath& path, Access access,
                                 const Expectation& expectation) {
  auto segment = openChecked(path, access);
  if (!segment || expectation.anyRecord) return segment;
  const auto record = layout::checkRecord(path.string(), segment->header, expectation.record,
                                          expectation.slotLayout);
  if (!record) return record.error();
  return segment;
}

Error goneMeanwhile(const SegmentPath& path) {
  return {ErrorCode::notFound,    path.string(), "name", "removed or replaced while it was opened",
          "to stay for a moment", "try again"};
}

Result<void> takeName(SegmentFile& file, std::string_view name) {
  if (name.empty()) return {};
  const auto locked = file.tryLock(layout::consumerNameByte(name));
  if (!locked) return locked.error();
  if (*locked) return {};
  return Error{ErrorCode::inUse,
               file.path().string(),
               "consumer name",
               "a living consumer named '" + std::string(name) + "'",
               "a name of its own for each",
               "choose another name, or let the other one leave"};
}

/// Maps through an open of its own: a mapping would keep the lease's open file, and with it the
/// locks, alive.
Result<platform::Mapping> mapHeld(const platform::Lease& lease, const layout::Geometry& geometry,
                                  Access access, const std::vector<MappedPart>& parts,
                                  const platform::MappingOptions& options) {
  std::optional<Result<platform::Mapping>> mapping;
  lease.with([&](SegmentFile& held) {
    auto file = SegmentFile::open(held.path(), access);
    if (!file)
      mapping.emplace(file.error());
    else if (!(file->id() == held.id()))
      mapping.emplace(goneMeanwhile(held.path()));
    else
      mapping.emplace(platform::Mapping::map(*file, geometry.segmentSize, parts, options));
  });
  return std::move(*mapping);
}

/// False when another has it.
Result<bool> holdProducersPlace(const SegmentPath& path, CheckedFile& segment) {
  if (auto able = honour(path, segment.geometry.wakeProtocol); !able) return able.error();
  return segment.file.tryLock(layout::leaseByte(layout::producerParticipant));
}

std::vector<MappedPart> producersParts(const layout::Geometry& geometry, std::uint32_t) {
  return producerParts(geometry);
}

bool isStillNamed(const platform::Lease& lease) {
  bool isNamed = false;
  lease.with([&](const SegmentFile& file) { isNamed = file.isNamed(); });
  return isNamed;
}

}  // namespace

Participant::Participant(SegmentPath path, platform::Lease lease, platform::Mapping mapping,
                         const layout::Geometry& geometry, std::uint32_t row)
    : path_(std::move(path)),
      lease_(std::move(lease)),
      mapping_(std::move(mapping)),
      view_(mapping_.base(), geometry),
      row_(row),
      process_(platform::ProcessStamp::current()) {}

Participant& Participant::operator=(Participant&& other) noexcept {
  if (this == &other) return *this;
  std::destroy_at(this);
  std::construct_at(this, std::move(other));
  return *this;
}

Result<Participant> Participant::createAsProducer(const SegmentPath& path,
                                                  const Creation& creation) {
  if (auto named = platform::checkName(path); !named) return named.error();
  layout::Choices choices = creation.choices;
  choices.wakeProtocol = platform::registerForMembarrier() ? platform::WakeProtocol::membarrier
                                                           : platform::WakeProtocol::fence;
  const auto geometry = layout::geometryOf(path.string(), choices);
  if (!geometry) return geometry.error();
  const auto parts = producerParts(*geometry);

  auto lease = platform::Lease::take([&]() -> Result<SegmentFile> {
    auto file = SegmentFile::createUnnamed(path, creation.mode);
    if (!file) return file;
    if (auto made = allocate(*file, geometry->segmentSize, creation.mapping.hugePages); !made)
      return made.error();
    if (auto written = writeContents(*file, *geometry, choices.record); !written)
      return written.error();
    const auto held = file->tryLock(layout::leaseByte(layout::producerParticipant));
    if (!held) return held.error();
    if (auto linked = creation.replace ? replaceSegment(*file) : file->link(); !linked)
      return linked.error();
    return file;
  });
  if (!lease) return lease.error();
  auto mapping = mapHeld(*lease, *geometry, Access::readWrite, parts, creation.mapping);
  if (!mapping) {
    lease->with([](SegmentFile& file) { (void)file.unlinkIfSame(); });
    return mapping.error();
  }
  Participant participant(path, std::move(*lease), std::move(*mapping), *geometry, noRow);
  participant.tieLifeline(layout::producerParticipant);
  return participant;
}

/// `take` gets the opened segment on the keeper thread, and takes its place in it; `partsOf` says
/// how to map it; `first` is the participant's number in row 0. A name that is given to another
/// segment meanwhile is opened again.
template <class Take, class PartsOf>
Result<Participant> Participant::openAs(const SegmentPath& path, Access access,
                                        const Expectation& expectation, Take take, PartsOf partsOf,
                                        std::optional<std::uint32_t> first) {
  if (auto named = platform::checkName(path); !named) return named.error();
  const auto patienceEnd = std::chrono::steady_clock::now() + nameChangePatience;
  for (bool lookedTwice = false;; lookedTwice = true) {
    layout::Geometry geometry;
    std::uint32_t row = noRow;
    bool nameIsChanging = false;
    auto lease = platform::Lease::take([&]() -> Result<SegmentFile> {
      auto segment = openExpected(path, access, expectation);
      if (!segment) return segment.error();
      geometry = segment->geometry;
      const auto taken = take(*segment);
      nameIsChanging = !taken && (!lookedTwice || isNameChanging(segment->file));
      if (!taken) return taken.error();
      row = *taken;
      return std::move(segment->file);
    });
    // Who removes a segment takes every place in it for a moment, which may be over by now.
    if (nameIsChanging && std::chrono::steady_clock::now() < patienceEnd) continue;
    if (!lease) return lease.error();
    if (!isStillNamed(*lease)) continue;
    auto mapping = mapHeld(*lease, geometry, access, partsOf(geometry, row), expectation.mapping);
    if (!mapping) return mapping.error();
    Participant participant(path, std::move(*lease), std::move(*mapping), geometry, row);
    if (first) participant.tieLifeline(*first + row);
    return participant;
  }
}

Result<Participant> Participant::openAsProducer(const SegmentPath& path,
                                                const Expectation& expectation) {
  // Before the keeper starts: with another thread running it takes a thousand times as long.
  platform::registerForMembarrier();
  const auto take = [&path](CheckedFile& segment) -> Result<std::uint32_t> {
    const auto held = holdProducersPlace(path, segment);
    if (!held) return held.error();
    if (*held) return noRow;
    return Error{ErrorCode::inUse, path.string(),
                 "producer",       platform::describe(producerOf(segment)) + ", which lives",
                 "none",           "a segment has one producer at a time: end that one first"};
  };
  return openAs(path, Access::readWrite, expectation, take, producersParts,
                layout::producerParticipant);
}

Result<Participant> Participant::openAsSuccessor(const SegmentPath& path,
                                                 const Expectation& expectation) {
  platform::registerForMembarrier();
  // Asking for the lock ties the file to this process's memory beforehand. Who gets it already now
  // gets it once more with takeTurn().
  const auto take = [&path](CheckedFile& segment) -> Result<std::uint32_t> {
    const auto held = holdProducersPlace(path, segment);
    if (!held) return held.error();
    return noRow;
  };
  return openAs(path, Access::readWrite, expectation, take, producersParts, std::nullopt);
}

Result<Turn> Participant::takeTurn(std::chrono::nanoseconds patience) {
  Result<Turn> turn = Turn::notYet;
  const auto patienceEnd = std::chrono::steady_clock::now() + patience;
  // One hop to the keeper for all of it, which consumers and the next record wait for.
  lease_.with([&](SegmentFile& file) {
    for (;;) {
      const auto held = file.tryLock(layout::leaseByte(layout::producerParticipant));
      if (!held) {
        turn = held.error();
        return;
      }
      if (*held) break;
      if (std::chrono::steady_clock::now() >= patienceEnd) return;
      platform::yieldProcessor();
    }
    turn = file.isNamed() ? Turn::taken : Turn::nameGone;
    if (*turn == Turn::taken)
      lifeline_ = platform::Lifeline(view_.lifeline(layout::producerParticipant).word,
                                     platform::Keeper::ofThisProcess().robustList());
  });
  return turn;
}

Result<Participant> Participant::openAsConsumer(const SegmentPath& path,
                                                std::string_view consumerName,
                                                const Expectation& expectation) {
  platform::registerForMembarrier();
  const auto take = [&](CheckedFile& segment) -> Result<std::uint32_t> {
    if (auto able = honour(path, segment.geometry.wakeProtocol); !able) return able.error();
    if (auto named = takeName(segment.file, consumerName); !named) return named.error();
    return takeRow(segment, consumerName);
  };
  return openAs(path, Access::readWrite, expectation, take, consumerParts,
                layout::consumerParticipant(0));
}

Result<Participant> Participant::openAsObserver(const SegmentPath& path,
                                                const Expectation& expectation) {
  const auto take = [](CheckedFile&) -> Result<std::uint32_t> { return noRow; };
  const auto partsOf = [](const layout::Geometry& geometry, std::uint32_t) {
    return observerParts(geometry);
  };
  return openAs(path, Access::readOnly, expectation, take, partsOf, std::nullopt);
}

void Participant::tieLifeline(std::uint32_t participant) {
  lifeline_ = platform::Lifeline(view_.lifeline(participant).word);
}

bool Participant::isAlive(std::uint32_t participant) const {
  return lease_.lockedByAnother(layout::leaseByte(participant));
}

bool Participant::isNamed() const {
  return isStillNamed(lease_);
}

bool Participant::isAttached() const {
  return process_.isCurrent();
}

}  // namespace sluice
