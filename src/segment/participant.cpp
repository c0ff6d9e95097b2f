#include "segment/participant.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "liveness/keeper.hpp"
#include "os/directory.hpp"
#include "os/futex.hpp"
#include "os/printable.hpp"
#include "segment/field_mismatch.hpp"
#include "segment/mapped_parts.hpp"
#include "segment/row_choice.hpp"
#include "segment/segment_name.hpp"
#include "sluice/detail/fence.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {
namespace {

constexpr std::chrono::seconds nameChangePatience{5};

Result<CheckedFile> openExpected(const SegmentPath& path, Access access,
                                 const Expectation& expectation) {
  // An observer may look at a copy on a disk.
  if (access == Access::readWrite) {
    if (auto memory = checkIsMemory(path); !memory) return memory.error();
  }
  auto segment = openChecked(path, access);
  if (!segment) return segment;
  const auto same = checkExpectation(path.string(), segment->header, expectation);
  if (!same) return withFieldNamed(*segment, expectation, same.error());
  return segment;
}

Result<void> takeName(SegmentFile& file, std::string_view name) {
  if (name.empty()) return {};
  const auto locked = file.tryLock(consumerNameByte(name));
  if (!locked) return locked.error();
  if (*locked) return {};
  return Error{ErrorCode::inUse,
               file.path().string(),
               "consumer name",
               "a living consumer named '" + printable(name) + "'",
               "a name of its own for each",
               "choose another name, or let the other one leave"};
}

/// False when another has it.
Result<bool> takeProducersLease(const SegmentPath& path, CheckedFile& segment) {
  if (auto able = checkWakeProtocol(path, segment.geometry.wakeProtocol); !able)
    return able.error();
  return segment.file.tryLock(leaseByte(producerParticipant));
}

/// Takes a lease, or says that the name changes hands: a process that removes a segment takes every
/// lease of it for a moment. With the name in hand no other process does, so what is taken then is
/// a participant's.
template <class Take>
Result<std::uint32_t> takeSurely(CheckedFile& segment, const Take& take, bool& nameIsChanging) {
  nameIsChanging = false;
  auto taken = take(segment);
  if (taken || segment.file.access() == Access::readOnly) return taken;
  const auto named = segment.file.tryLock(nameByte);
  if (!named) return named.error();
  if (*named) taken = take(segment);
  segment.file.unlock(nameByte);
  nameIsChanging = !taken && (!*named || !segment.file.isNamed());
  return taken;
}

std::vector<MappedPart> producersParts(const Geometry& geometry, std::uint32_t) {
  return producerParts(geometry);
}

bool isStillNamed(const Lease& lease) {
  bool isNamed = false;
  lease.with([&](const SegmentFile& file) { isNamed = file.isNamed(); });
  return isNamed;
}

}  // namespace

Result<void> checkWakeProtocol(const SegmentPath& path, WakeProtocol protocol) {
  if (protocol != WakeProtocol::membarrier || registerForMembarrier()) return {};
  return Error{ErrorCode::incompatible,
               path.string(),
               "wakeProtocol",
               "membarrier, which this process may not use",
               "fence or none",
               "allow the membarrier system call (a seccomp filter forbids it?), or create the "
               "segment with ProducerOptions::wakeProtocol fence"};
}

Participant::Participant(SegmentPath path, Lease lease, Mapping mapping, const Geometry& geometry,
                         std::uint32_t row)
    : path_(std::move(path)),
      lease_(std::move(lease)),
      mapping_(std::move(mapping)),
      view_(mapping_.base(), geometry),
      row_(row),
      process_(ProcessStamp::current()) {}

Participant& Participant::operator=(Participant&& other) noexcept {
  if (this == &other) return *this;
  std::destroy_at(this);
  std::construct_at(this, std::move(other));
  return *this;
}

/// `take` gets the opened segment on the keeper thread, and takes a lease of it; `partsOf` says
/// how to map it; `first` is the participant's number in row 0. A name that is given to another
/// segment meanwhile is opened again.
template <class Take, class PartsOf>
Result<Participant> Participant::openAs(const SegmentPath& path, Access access,
                                        const Expectation& expectation, const MemoryOptions& memory,
                                        Take take, PartsOf partsOf,
                                        std::optional<std::uint32_t> first) {
  if (auto named = checkName(path); !named) return named.error();
  const auto patienceEnd = std::chrono::steady_clock::now() + nameChangePatience;
  for (;;) {
    Geometry geometry;
    std::uint32_t row = noRow;
    bool nameIsChanging = false;
    auto lease = Lease::take([&]() -> Result<SegmentFile> {
      auto segment = openExpected(path, access, expectation);
      if (!segment) return segment.error();
      geometry = segment->geometry;
      const auto taken = takeSurely(*segment, take, nameIsChanging);
      if (!taken) return taken.error();
      row = *taken;
      return std::move(segment->file);
    });
    if (nameIsChanging && std::chrono::steady_clock::now() < patienceEnd) continue;
    if (!lease) return lease.error();
    if (!isStillNamed(*lease)) continue;
    auto mapping = mapHeld(*lease, geometry, access, partsOf(geometry, row), memory);
    if (!mapping) return mapping.error();
    Participant participant(path, std::move(*lease), std::move(*mapping), geometry, row);
    if (first) participant.tieLifeline(*first + row);
    return participant;
  }
}

Result<Participant> Participant::openAsProducer(const SegmentPath& path,
                                                const Expectation& expectation,
                                                const MemoryOptions& memory) {
  // Before the keeper starts: with another thread running it takes a thousand times as long.
  registerForMembarrier();
  const auto take = [&path](CheckedFile& segment) -> Result<std::uint32_t> {
    const auto held = takeProducersLease(path, segment);
    if (!held) return held.error();
    if (*held) return noRow;
    return Error{ErrorCode::inUse, path.string(),
                 "producer",       describe(producerOf(segment)) + ", which lives",
                 "none",           "a segment has one producer at a time: end that one first"};
  };
  return openAs(path, Access::readWrite, expectation, memory, take, producersParts,
                producerParticipant);
}

Result<Participant> Participant::openAsSuccessor(const SegmentPath& path,
                                                 const Expectation& expectation,
                                                 const MemoryOptions& memory) {
  registerForMembarrier();
  // Asking for the lock ties the file to this process's memory beforehand. A successor that gets it
  // already now gets it once more with takeOver().
  const auto take = [&path](CheckedFile& segment) -> Result<std::uint32_t> {
    const auto held = takeProducersLease(path, segment);
    if (!held) return held.error();
    return noRow;
  };
  return openAs(path, Access::readWrite, expectation, memory, take, producersParts, std::nullopt);
}

Result<TakeOver> Participant::takeOver(std::chrono::nanoseconds patience) {
  Result<TakeOver> outcome = TakeOver::notYet;
  const auto patienceEnd = std::chrono::steady_clock::now() + patience;
  // One hop to the keeper for all of it, which consumers and the next record wait for.
  lease_.with([&](SegmentFile& file) {
    for (;;) {
      const auto held = file.tryLock(leaseByte(producerParticipant));
      if (!held) {
        outcome = held.error();
        return;
      }
      if (*held) break;
      if (std::chrono::steady_clock::now() >= patienceEnd) return;
      yieldProcessor();
    }
    outcome = file.isNamed() ? TakeOver::done : TakeOver::nameGone;
    if (*outcome == TakeOver::done)
      lifeline_ =
          Lifeline(view_.lifeline(producerParticipant).word, Keeper::ofThisProcess().robustList());
  });
  return outcome;
}

Result<Participant> Participant::openAsConsumer(const SegmentPath& path,
                                                std::string_view consumerName,
                                                const Expectation& expectation,
                                                const MemoryOptions& memory) {
  if (hasControlCharacter(consumerName))
    return Error{
        ErrorCode::invalidArgument,          path.string(),           "consumer name",
        "'" + printable(consumerName) + "'", "no control characters", "choose another name"};
  registerForMembarrier();
  const auto take = [&](CheckedFile& segment) -> Result<std::uint32_t> {
    if (auto able = checkWakeProtocol(path, segment.geometry.wakeProtocol); !able)
      return able.error();
    if (auto named = takeName(segment.file, consumerName); !named) return named.error();
    return takeRow(segment, consumerName);
  };
  return openAs(path, Access::readWrite, expectation, memory, take, consumerParts,
                consumerParticipant(0));
}

Result<Participant> Participant::openAsObserver(const SegmentPath& path,
                                                const Expectation& expectation,
                                                const MemoryOptions& memory) {
  const auto take = [](CheckedFile&) -> Result<std::uint32_t> { return noRow; };
  const auto partsOf = [](const Geometry& geometry, std::uint32_t) {
    return observerParts(geometry);
  };
  return openAs(path, Access::readOnly, expectation, memory, take, partsOf, std::nullopt);
}

void Participant::tieLifeline(std::uint32_t participant) {
  lifeline_ = Lifeline(view_.lifeline(participant).word);
}

void Participant::giveUpRow(std::string_view consumerName) {
  lifeline_ = Lifeline();
  lease_.unlock(leaseByte(consumerParticipant(row_)));
  if (!consumerName.empty()) lease_.unlock(consumerNameByte(consumerName));
}

bool Participant::isAlive(std::uint32_t participant) const {
  return lease_.lockedByAnother(leaseByte(participant));
}

bool Participant::isNamed() const {
  return isStillNamed(lease_);
}

bool Participant::isAttached() const {
  return process_.isCurrent();
}

}  // namespace sluice::detail
