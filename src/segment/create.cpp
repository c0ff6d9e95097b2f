#include <utility>

#include "liveness/lease.hpp"
#include "liveness/lifeline.hpp"
#include "os/lease_file.hpp"
#include "os/new_file.hpp"
#include "segment/checked_file.hpp"
#include "segment/leftovers.hpp"
#include "segment/mapped_parts.hpp"
#include "segment/name_lease.hpp"
#include "segment/new_segment.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "segment/segment_name.hpp"
#include "sluice/detail/fence.hpp"

namespace sluice::detail {
namespace {

/// Registers for membarrier only where it may be used.
WakeProtocol wakeProtocolOf(const ProducerOptions& options) {
  if (options.wakeProtocol) return *options.wakeProtocol;
  return registerForMembarrier() ? WakeProtocol::membarrier : WakeProtocol::fence;
}

Choices choicesOf(const ProducerOptions& options, const RecordDescription& record,
                  SlotLayout slotLayout, std::uint64_t payloadSize) {
  return {.capacity = options.capacity,
          .consumerRows = options.maxConsumers,
          .slotLayout = slotLayout,
          .withoutConsumers = options.withoutConsumers,
          .wakeProtocol = wakeProtocolOf(options),
          .firstSequence = options.firstSequence,
          .record = record,
          .payloadSize = payloadSize};
}

/// The lease file of a segment in the making; gone with this object unless the segment is finished.
class NewLeases {
 public:
  NewLeases(const SegmentId& id, LeaseFile file) : id_(id), file_(std::move(file)) {}
  NewLeases(NewLeases&& other) noexcept
      : id_(other.id_),
        file_(std::move(other.file_)),
        isFinished_(std::exchange(other.isFinished_, true)) {}
  NewLeases& operator=(NewLeases&&) = delete;
  ~NewLeases() {
    if (!isFinished_) file_.remove();
  }

  const SegmentId& id() const noexcept { return id_; }
  const LeaseFile& file() const noexcept { return file_; }

  LeaseFile finish() noexcept {
    isFinished_ = true;
    return std::move(file_);
  }

 private:
  SegmentId id_;
  LeaseFile file_;
  bool isFinished_ = false;
};

/// What a process has of a segment that it is about to create.
struct Ground {
  NewLeases leases;
  Lease producer;
};

/// Until the lease is taken, a process that removes leftovers may take the file for one: then it is
/// tried again with another.
Result<Ground> breakGround(const SegmentPath& path, unsigned mode) {
  for (;;) {
    const auto id = randomSegmentId();
    if (!id) return id.error();
    auto file = LeaseFile::create(path, *id, mode);
    if (!file) return file.error();
    NewLeases leases(*id, *std::move(file));
    auto producer = Lease::tryTake(leases.file(), leaseByte(producerParticipant));
    if (producer && *producer) return Ground{std::move(leases), **std::move(producer)};
    if (!producer && producer.error().code != ErrorCode::notFound) return producer.error();
  }
}

Result<Lease> takeFromItsProducer(const CheckedFile& old, const LeaseFile& leases) {
  auto taken = Lease::tryTake(leases, leaseByte(producerParticipant));
  if (!taken) return taken.error();
  if (*taken) return **std::move(taken);
  return Error{ErrorCode::inUse, old.file.path().string(),
               "producer",       describe(producerOf(old)) + ", which lives",
               "none",           "end it first, or choose another name"};
}

Error notClosed(const SegmentPath& path) {
  return {ErrorCode::alreadyExists,
          path.string(),
          "stream",
          "one that was not closed",
          "one that its producer has closed (WhenTaken::replaceClosed)",
          "open it, or choose WhenTaken::replace"};
}

/// Gives the new segment the old one's name. Nothing is changed unless the old one has no producer,
/// and no held row with records to read. Between the two there is a moment without the name, in
/// which another process may take it: notFound, as when the old one is gone.
Result<void> replace(CheckedFile& old, NewSegment& segment, WhenTaken whenTaken) {
  const SegmentPath& path = old.file.path();
  const auto leases = openLeases(old.file, old.header.id);
  if (!leases) return leases.error();
  const auto name = takeName(path, *leases, NameUse::change);
  if (!name) return name.error();
  if (whenTaken == WhenTaken::replaceClosed && !isClosed(old)) return notClosed(path);
  const auto producer = takeFromItsProducer(old, *leases);
  if (!producer) return producer.error();
  if (auto unread = refuseIfHeld(old.file, old.geometry, &*leases); !unread) return unread;
  auto mapping = mapWritable(path, old.file.id(), old.geometry, producerParts(old.geometry), {});
  if (!mapping) return mapping.error();
  // First, because a participant that is attached can learn it from nobody once the name is gone.
  endStream(SegmentView(mapping->base(), old.geometry), ProducerState::closed);
  if (auto removed = old.file.unlink(); !removed) return removed;
  const auto linked = segment.link();
  leases->remove();
  const bool isTaken = !linked && linked.error().code == ErrorCode::alreadyExists;
  return isTaken ? goneMeanwhile(path) : linked;
}

/// The old segment may be removed or replaced by others meanwhile.
Result<void> replaceOrLink(const SegmentPath& path, NewSegment& segment, WhenTaken whenTaken) {
  for (;;) {
    auto old = openChecked(path);
    const bool isThere = old.has_value();
    if (!isThere && old.error().code != ErrorCode::notFound) return old.error();
    const auto done = isThere ? replace(*old, segment, whenTaken) : segment.link();
    if (done) return {};
    const bool hasChanged = isThere ? done.error().code == ErrorCode::notFound
                                    : done.error().code == ErrorCode::alreadyExists;
    if (!hasChanged) return done.error();
  }
}

}  // namespace

Result<Participant> Participant::createAsProducer(const SegmentPath& path,
                                                  const ProducerOptions& options,
                                                  const RecordDescription& record,
                                                  SlotLayout slotLayout,
                                                  std::uint64_t payloadSize) try {
  if (auto named = checkName(path); !named) return named.error();
  const auto geometry =
      geometryOf(path.string(), choicesOf(options, record, slotLayout, payloadSize));
  if (!geometry) return geometry.error();
  if (auto able = checkWakeProtocol(path, geometry->wakeProtocol); !able) return able.error();
  if (auto may = checkNewFile(path, geometry->segmentSize); !may) return may.error();
  removeLeftovers(path.directory);

  auto ground = breakGround(path, options.mode);
  if (!ground) return ground.error();
  NewSegment segment(path, options, *geometry, record, ground->leases.id());
  auto mapping = segment.make();
  if (!mapping) return mapping.error();
  // Tied before the segment has its name, as nothing may fail after that.
  Lifeline lifeline(SegmentView(mapping->base(), *geometry).lifeline(producerParticipant).word);
  const auto linked = options.whenTaken == WhenTaken::fail
                          ? segment.link()
                          : replaceOrLink(path, segment, options.whenTaken);
  if (!linked) return linked.error();
  Participant participant(path, segment.id(), ground->leases.finish(), *std::move(mapping),
                          *geometry, Taken{.place = std::move(ground->producer)});
  participant.lifeline_ = std::move(lifeline);
  return participant;
} catch (const Exception& exception) {
  return exception.error();
}

}  // namespace sluice::detail
