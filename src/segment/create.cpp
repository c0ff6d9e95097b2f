#include <optional>
#include <utility>

#include "liveness/lease.hpp"
#include "os/directory.hpp"
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
  explicit NewLeases(LeaseFile file) : file_(std::move(file)) {}
  ~NewLeases() {
    if (!isFinished_) file_.remove();
  }
  NewLeases(const NewLeases&) = delete;
  NewLeases& operator=(const NewLeases&) = delete;

  LeaseFile finish() noexcept {
    isFinished_ = true;
    return std::move(file_);
  }

 private:
  LeaseFile file_;
  bool isFinished_ = false;
};

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
/// and no held row with records to read. Between the two there is a moment without the name.
Result<void> replace(CheckedFile& old, NewSegment& segment, WhenTaken whenTaken) {
  const SegmentPath& path = old.file.path();
  const auto leases = LeaseFile::open(path, old.header.id);
  if (!leases) return leases.error();
  const auto name = takeName(path, *leases, NameUse::change);
  if (!name) return name.error();
  if (whenTaken == WhenTaken::replaceClosed && !isClosed(old)) return notClosed(path);
  const auto producer = takeFromItsProducer(old, *leases);
  if (!producer) return producer.error();
  if (auto unread = refuseIfHeld(old, &*leases); !unread) return unread;
  auto mapping = mapWritable(path, old.file.id(), old.geometry, producerParts(old.geometry), {});
  if (!mapping) return mapping.error();
  // First, because a participant that is attached can learn it from nobody once the name is gone.
  endStream(SegmentView(mapping->base(), old.geometry), ProducerState::closed);
  if (const auto removed = old.file.unlinkIfSame(); !removed) return removed.error();
  auto linked = segment.link();
  leases->remove();
  return linked;
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
  if (auto memory = checkIsMemory(path); !memory) return memory.error();
  removeLeftovers(path.directory);

  const auto id = randomSegmentId();
  if (!id) return id.error();
  auto place = Lease::takeOfNewFile(path, *id, options.mode, leaseByte(producerParticipant));
  if (!place) return place.error();
  auto leases = LeaseFile::open(path, *id);
  if (!leases) return leases.error();
  NewLeases newLeases(std::move(*leases));

  NewSegment segment(path, options, *geometry, record, *id);
  auto mapping = segment.make();
  if (!mapping) return mapping.error();
  const auto linked = options.whenTaken == WhenTaken::fail
                          ? segment.link()
                          : replaceOrLink(path, segment, options.whenTaken);
  if (!linked) return linked.error();
  Taken taken;
  taken.place = std::move(*place);
  Participant participant(path, segment.id(), newLeases.finish(), std::move(*mapping), *geometry,
                          std::move(taken));
  participant.tieLifeline(producerParticipant);
  return participant;
} catch (const Exception& exception) {
  return exception.error();
}

}  // namespace sluice::detail
