#include "segment/participant.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "liveness/keeper.hpp"
#include "liveness/lease_attempt.hpp"
#include "os/directory.hpp"
#include "os/printable.hpp"
#include "segment/field_mismatch.hpp"
#include "segment/mapped_parts.hpp"
#include "segment/name_lease.hpp"
#include "segment/row_choice.hpp"
#include "sluice/detail/fence.hpp"
#include "sluice/detail/processor.hpp"

namespace sluice::detail {
namespace {

Result<CheckedFile> openExpected(const SegmentPath& path, const Expectation& expectation) {
  auto segment = openChecked(path);
  if (!segment) return segment;
  const auto same = checkExpectation(path.string(), segment->header, expectation);
  if (!same) return withFieldNamed(*segment, expectation, same.error());
  return segment;
}

Result<Lease> takeConsumerName(const SegmentPath& path, const LeaseFile& leases,
                               std::string_view name) {
  if (name.empty()) return Lease();
  auto taken = Lease::tryTake(leases, consumerNameByte(name));
  if (!taken) return taken.error();
  if (*taken) return **std::move(taken);
  return Error{ErrorCode::inUse,
               path.string(),
               "consumer name",
               "a living consumer named '" + printable(name) + "'",
               "a name of its own for each",
               "choose another name, or let the other one leave"};
}

std::vector<MappedPart> producersParts(const Geometry& geometry, std::uint32_t) {
  return producerParts(geometry);
}

bool wasGone(const Error& error) noexcept {
  return error.code == ErrorCode::notFound;
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

Participant::Participant(SegmentPath path, FileId file, LeaseFile leases, Mapping mapping,
                         const Geometry& geometry, Taken taken)
    : path_(std::move(path)),
      file_(file),
      leases_(std::move(leases)),
      consumerName_(std::move(taken.consumerName)),
      place_(std::move(taken.place)),
      mapping_(std::move(mapping)),
      view_(mapping_.base(), geometry),
      row_(taken.row),
      process_(ProcessStamp::current()) {}

Participant& Participant::operator=(Participant&& other) noexcept {
  if (this == &other) return *this;
  std::destroy_at(this);
  std::construct_at(this, std::move(other));
  return *this;
}

/// `take` gets the opened segment and its lease file, and takes what the participant needs;
/// `partsOf` says how to map it; `first` is the participant's number in row 0. notFound when the
/// segment is removed or replaced meanwhile.
template <class Take, class PartsOf>
Result<Participant> Participant::join(const CheckedFile& segment, const MemoryOptions& memory,
                                      Take take, PartsOf partsOf,
                                      std::optional<std::uint32_t> first) {
  const SegmentPath& path = segment.file.path();
  const Geometry& geometry = segment.geometry;
  if (auto able = checkWakeProtocol(path, geometry.wakeProtocol); !able) return able.error();
  auto leases = openLeases(segment.file, segment.header.id);
  if (!leases) return leases.error();
  // As long as it is shared, nobody takes the name away or another's lease for a moment.
  auto name = takeName(path, *leases, NameUse::join);
  if (!name) return name.error();
  auto taken = take(segment, *leases);
  if (!taken) return taken.error();
  const std::uint32_t row = taken->row;
  auto mapping = mapWritable(path, segment.file.id(), geometry, partsOf(geometry, row), memory);
  if (!mapping) return mapping.error();
  // Others have waited for it long enough: a large ring may be touched or locked page by page now.
  *name = Lease();
  if (const auto failed = mapping->prepare()) return mapping->errorOf(failed);
  Participant participant(path, segment.file.id(), std::move(*leases), std::move(*mapping),
                          geometry, std::move(*taken));
  if (first) participant.tieLifeline(*first + row);
  return participant;
}

/// As join() has it. A name that is given to another segment meanwhile is opened again.
template <class Take, class PartsOf>
Result<Participant> Participant::openAs(const SegmentPath& path, const Expectation& expectation,
                                        const MemoryOptions& memory, Take take, PartsOf partsOf,
                                        std::optional<std::uint32_t> first) try {
  if (auto named = checkName(path); !named) return named.error();
  if (auto inMemory = checkIsMemory(path); !inMemory) return inMemory.error();
  for (;;) {
    const auto segment = openExpected(path, expectation);
    if (!segment) return segment.error();
    auto joined = join(*segment, memory, take, partsOf, first);
    if (joined || !wasGone(joined.error())) return joined;
  }
} catch (const Exception& exception) {
  return exception.error();
}

Result<Participant> Participant::openAsProducer(const SegmentPath& path,
                                                const Expectation& expectation,
                                                const MemoryOptions& memory) {
  // Before the keeper starts: with another thread running it takes a thousand times as long.
  registerForMembarrier();
  const auto take = [&path](const CheckedFile& segment, const LeaseFile& leases) -> Result<Taken> {
    auto place = Lease::tryTake(leases, leaseByte(producerParticipant));
    if (!place) return place.error();
    if (*place) return Taken{.place = **std::move(place)};
    return Error{ErrorCode::inUse, path.string(),
                 "producer",       describe(producerOf(segment)) + ", which lives",
                 "none",           "a segment has one producer at a time: end that one first"};
  };
  return openAs(path, expectation, memory, take, producersParts, producerParticipant);
}

Result<Participant> Participant::openAsSuccessor(const SegmentPath& path,
                                                 const Expectation& expectation,
                                                 const MemoryOptions& memory) {
  registerForMembarrier();
  const auto take = [](const CheckedFile&, const LeaseFile&) -> Result<Taken> { return Taken{}; };
  return openAs(path, expectation, memory, take, producersParts, std::nullopt);
}

Result<TakeOver> Participant::takeOver(std::chrono::nanoseconds patience) {
  const std::uint64_t byte = leaseByte(producerParticipant);
  const auto patienceEnd = std::chrono::steady_clock::now() + patience;
  while (leases_.isHeld(byte).value_or(true)) {
    if (std::chrono::steady_clock::now() >= patienceEnd) return TakeOver::notYet;
    yieldProcessor();
  }
  LeaseAttempt attempt(leases_, byte, 1, LeaseAttempt::Kind::alone);
  const std::string name = path_.string();
  bool isNamed = false;
  Keeper& keeper = Keeper::ofThisProcess();
  // One hop to the keeper for all of it, which consumers and the next record wait for.
  keeper.run([&] {
    attempt.run();
    isNamed = attempt.isTaken() && isFile(name, file_);
    if (isNamed)
      lifeline_ = Lifeline(view_.lifeline(producerParticipant).word, keeper.robustList());
  });
  auto taken = attempt.outcome();
  if (!taken) return wasGone(taken.error()) ? Result<TakeOver>(TakeOver::nameGone) : taken.error();
  if (!*taken) return TakeOver::notYet;
  place_ = **std::move(taken);
  return isNamed ? TakeOver::done : TakeOver::nameGone;
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
  const auto take = [&](const CheckedFile& segment, const LeaseFile& leases) -> Result<Taken> {
    auto name = takeConsumerName(path, leases, consumerName);
    if (!name) return name.error();
    auto taken = takeRow(segment, leases, consumerName);
    if (!taken) return taken.error();
    return Taken{std::move(*name), std::move(taken->lease), taken->row};
  };
  return openAs(path, expectation, memory, take, consumerParts, consumerParticipant(0));
}

Result<Participant> Participant::openAsObserver(const SegmentPath& path,
                                                const Expectation& expectation,
                                                const MemoryOptions& memory) {
  if (auto named = checkName(path); !named) return named.error();
  const auto segment = openExpected(path, expectation);
  if (!segment) return segment.error();
  const Geometry& geometry = segment->geometry;
  auto mapping = Mapping::map(path, segment->file.descriptor(), geometry.segmentSize,
                              observerParts(geometry), memory);
  if (!mapping) return mapping.error();
  return Participant(path, segment->file.id(), LeaseFile::openOrUnknown(path, segment->header.id),
                     std::move(*mapping), geometry, Taken{});
}

void Participant::tieLifeline(std::uint32_t participant) {
  lifeline_ = Lifeline(view_.lifeline(participant).word);
}

void Participant::giveUpRow() {
  lifeline_ = Lifeline();
  place_ = Lease();
  consumerName_ = Lease();
}

bool Participant::isAlive(std::uint32_t participant) const {
  return leases_.isHeld(leaseByte(participant)).value_or(true);
}

bool Participant::isNamed() const {
  return isFile(path_.string(), file_);
}

bool Participant::isAttached() const {
  return process_.isCurrent();
}

}  // namespace sluice::detail
