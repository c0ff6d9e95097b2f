#include "sluice/detail/producer_attachment.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <utility>

#include "format/end_of_stream.hpp"
#include "format/payload_positions.hpp"
#include "format/stored_record.hpp"
#include "os/cancellation.hpp"
#include "os/clock.hpp"
#include "os/identity.hpp"
#include "roles/closing_producer.hpp"
#include "roles/payload_room.hpp"
#include "roles/rows_gate.hpp"
#include "roles/take_over.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "segment/segment_name.hpp"
#include "sluice/detail/claim_limit.hpp"

namespace sluice::detail {
namespace {

class SegmentClaimWords {
 public:
  explicit SegmentClaimWords(const SegmentView& view) noexcept : page_(&view.producer()) {}
  auto& claimed() const noexcept { return page_->claimed.sequence; }
  auto& limit() const noexcept { return page_->limit.sequence; }

 private:
  ProducerPage* page_;
};

void begin(const SegmentView& view, const ProcessIdentity& process, Sequence published) noexcept {
  const auto order = std::memory_order_relaxed;
  ProducerPage& page = view.producer();
  page.identity.pid.store(process.pid, order);
  page.identity.startTime.store(process.startTime, order);
  page.identity.pidNamespace.store(process.pidNamespace, order);
  page.attachedAt.store(nanosecondsSinceBoot(), order);
  page.endedAt.store(0, order);
  page.term.store(page.term.load(order) + 1, order);
  page.cursor.sequence.store(published, std::memory_order_release);  // [T2]
  page.state.store(ProducerState::live, std::memory_order_release);  // [E0] pairs with [E1]
  producerBarrier(view).ring();
}

Error impossiblePayload(const SegmentPath& path) {
  return {ErrorCode::notASegment,
          path.string(),
          "position",
          "a payload of the last message that does not end before the payload limit",
          "at most the payload limit, and no more than the region's size before it",
          "a slot or the producer's page is damaged: remove the segment and create it again"};
}

/// Takes over from a producer that is gone, or waits until it is.
Result<Participant> takeOver(const SegmentPath& path, const OpenOptions& options,
                             const Expectation& expectation) {
  const WaitLimit limit = options.takeOverWithin.started();
  auto participant = Participant::openAsProducer(path, expectation, options.memory);
  while (!participant && participant.error().code == ErrorCode::inUse && !limit.isNow()) {
    auto successor = Participant::openAsSuccessor(path, expectation, options.memory);
    if (!successor) return successor.error();
    const auto taken = waitToTakeOver(*successor, limit);
    if (!taken) return taken.error();
    participant = *taken ? std::move(successor)
                         : Participant::openAsProducer(path, expectation, options.memory);
  }
  return participant;
}

}  // namespace

struct ProducerAttachment::Inside {
  Inside(Participant place, const WaitStrategy& strategy, Sequence last)
      : participant(std::move(place)),
        published(last),
        claims(SegmentClaimWords(participant.view()), participant.view().geometry().capacity,
               RowsGate(participant), participant.view().geometry().wakeProtocol, strategy, last),
        payload(participant.view(), claims.gate(), strategy) {}

  const SegmentView& view() const noexcept { return participant.view(); }

  Participant participant;
  Sequence published;
  using Claims = ClaimLimit<Sequence, RowsGate, SegmentClaimWords>;
  Claims claims;
  PayloadRoom payload;
  std::uint64_t payloadEnd = 0;
  std::optional<StoredRecord> record;
  OwnWaitSet ownSet;
};

ProducerAttachment::ProducerAttachment(std::unique_ptr<Inside> inside) noexcept
    : inside_(std::move(inside)) {}
ProducerAttachment::ProducerAttachment(ProducerAttachment&&) noexcept = default;

ProducerAttachment& ProducerAttachment::operator=(ProducerAttachment&& other) noexcept {
  ProducerAttachment left(std::move(*this));
  inside_ = std::move(other.inside_);
  return *this;
}

ProducerAttachment::~ProducerAttachment() {
  if (inside_ == nullptr || !inside_->participant.isAttached()) return;
  const auto state = inside_->view().producer().state.load(std::memory_order_relaxed);
  if (state != ProducerState::closed) endStream(inside_->view(), ProducerState::left);
}

Result<ProducerAttachment> ProducerAttachment::create(std::string_view name,
                                                      const ProducerOptions& options,
                                                      const RecordDescription& record,
                                                      SlotLayout slotLayout,
                                                      std::uint64_t payloadSize) {
  const CancellationDisabled whole;
  const SegmentPath path{options.directory, std::string(name)};
  auto participant = Participant::createAsProducer(path, options, record, slotLayout, payloadSize);
  if (!participant) return participant.error();
  const Sequence published = participant->view().geometry().beforeFirst();
  auto inside = std::make_unique<Inside>(*std::move(participant), options.waitStrategy, published);
  inside->payloadEnd = payloadSize;
  return ProducerAttachment(std::move(inside));
}

Result<ProducerAttachment> ProducerAttachment::open(std::string_view name,
                                                    const OpenOptions& options,
                                                    const Expectation& expectation) {
  const CancellationDisabled whole;
  const SegmentPath path{options.directory, std::string(name)};
  // Read from files, and so before there is anything to be late for.
  const auto self = currentProcess();
  auto participant = takeOver(path, options, expectation);
  if (!participant) return participant.error();
  const SegmentView& view = participant->view();
  if (view.producer().state.load(std::memory_order_acquire) == ProducerState::closed)
    return streamClosed(path);
  const Sequence published = endOfStream(view);
  const Sequence beforeFirst = view.geometry().beforeFirst();
  if (distance(beforeFirst, published) < 0) {
    return Error{ErrorCode::notASegment,
                 path.string(),
                 "cursor",
                 std::to_string(published),
                 "at least " + std::to_string(beforeFirst) + ", and below half of all sequences",
                 "the producer's page is damaged: remove the segment and create it again"};
  }
  std::uint64_t payload = 0;
  if (view.geometry().slotLayout == SlotLayout::messages) {
    const auto end = endOfPayload(view, published);
    if (!end) return impossiblePayload(path);
    payload = *end;
  }
  begin(view, self, published);
  auto inside = std::make_unique<Inside>(*std::move(participant), options.waitStrategy, published);
  inside->payloadEnd = payload;
  return ProducerAttachment(std::move(inside));
}

Result<ProducerAttachment> ProducerAttachment::createOrOpen(std::string_view name,
                                                            const ProducerOptions& options,
                                                            const RecordDescription& record,
                                                            SlotLayout slotLayout,
                                                            std::uint64_t payloadSize) {
  ProducerOptions creation = options;
  creation.whenTaken = WhenTaken::fail;
  const OpenOptions opening{.directory = options.directory,
                            .waitStrategy = options.waitStrategy,
                            .memory = options.memory,
                            .takeOverWithin = options.takeOverWithin.started()};
  const SegmentPath path{options.directory, std::string(name)};
  const bool isOfMessages = slotLayout == SlotLayout::messages;
  Expectation expected{isOfMessages ? std::optional<RecordDescription>() : std::optional(record),
                       slotLayout};
  expected.wakeProtocol = options.wakeProtocol;
  for (;;) {
    auto opened = open(name, opening, expected);
    if (opened) return opened;
    const ErrorCode code = opened.error().code;
    const bool mayBeClosed = code == ErrorCode::ended || code == ErrorCode::recordMismatch ||
                             code == ErrorCode::incompatible;
    creation.whenTaken = WhenTaken::fail;
    if (mayBeClosed && isClosed(path)) {
      auto gone = waitForClosingProducer(path, opening.takeOverWithin);
      if (!gone) return gone.error();
      creation.whenTaken = WhenTaken::replaceClosed;
    } else if (code != ErrorCode::notFound) {
      return opened;
    }
    auto created = create(name, creation, record, slotLayout, payloadSize);
    if (created || created.error().code != ErrorCode::alreadyExists) return created;
  }
}

bool ProducerAttachment::isDetached() const noexcept {
  return inside_ == nullptr || inside_->participant.isInherited();
}

ProducerWords ProducerAttachment::words() const noexcept {
  const SegmentView& view = inside_->view();
  ProducerPage& page = view.producer();
  const WakeProtocol protocol = view.geometry().wakeProtocol;
  // A doorbell that others share could make a publish call the kernel.
  Doorbell& doorbell = protocol == WakeProtocol::none ? inside_->participant.neverRung()
                                                      : view.doorbell(producerParticipant);
  return {
      &page.cursor.sequence,          &doorbell, &page.wakes, view.ring(), view.geometry().capacity,
      protocol == WakeProtocol::fence};
}

AnySlot ProducerAttachment::slot() const noexcept {
  return slotOf(inside_->view().geometry());
}

MessageSlot ProducerAttachment::messageSlot() const noexcept {
  return messageSlotOf(inside_->view().geometry());
}
PayloadRegion ProducerAttachment::payload() const noexcept {
  return inside_->view().payload();
}
std::uint64_t ProducerAttachment::payloadEnd() const noexcept {
  return inside_->payloadEnd;
}

const RecordDescription& ProducerAttachment::record() const {
  if (inside_ == nullptr) return noRecord();
  if (!inside_->record) inside_->record.emplace(inside_->view());
  return inside_->record->description();
}

Sequence ProducerAttachment::published() const noexcept {
  return inside_->published;
}

Claim ProducerAttachment::claim(std::size_t n, Sequence claimed, Sequence published,
                                const WaitLimit* limit) {
  auto& claims = inside_->claims;
  std::size_t room = claims.room(claimed);
  if (n > room) {
    const bool mayWait = room == 0 && limit != nullptr;
    const Status status =
        claims.raise(n, claimed, published, mayWait ? *limit : Inside::Claims::atOnce);
    if (status != Status::ok && room == 0) return {0, status};
    room = claims.room(claimed);
  }
  const std::size_t count = std::min(n, room);
  claims.take(claimed + count);
  return {count, Status::ok};
}

PayloadClaim ProducerAttachment::claimPayload(const PayloadAsk& ask, const WaitLimit& limit) {
  return inside_->payload.claim(ask, limit);
}

bool ProducerAttachment::lookAtGating(Gating& gating) const noexcept {
  const auto row = inside_->claims.gate().slowest();
  if (!row) return false;
  const SegmentView& view = inside_->view();
  const auto order = std::memory_order_relaxed;
  gating.cursor = &view.consumer(row->row).cursor.sequence;
  gating.membership = &view.membership().count;
  gating.lifeline = &view.lifeline(consumerParticipant(row->row)).word;
  gating.at = row->cursor;
  gating.members = row->members;
  gating.alive = gating.lifeline->load(order);
  return true;
}

void ProducerAttachment::close(Sequence published) noexcept {
  if (isDetached()) return;
  inside_->claims.giveUpAfter(published);
  endStream(inside_->view(), ProducerState::closed);
}

Status ProducerAttachment::waitForConsumers(const std::vector<std::string_view>& names,
                                            const WaitLimit& limit) {
  if (isDetached()) return Status::detached;
  if (limit.stop().stop_requested()) return Status::stopped;
  return inside_->claims.gate().waitForNames(names, limit.started());
}

OwnWaitSet* ProducerAttachment::ownWaitSet() noexcept {
  return inside_ == nullptr ? nullptr : &inside_->ownSet;
}

bool ProducerAttachment::isNamed() const {
  return !isDetached() && inside_->participant.isNamed();
}

Awaited& ProducerAttachment::AwaitedRoom::commit() const noexcept {
  return inside_.claims.gate().awaited();
}

bool ProducerAttachment::AwaitedRoom::hasChanged() noexcept {
  return commit().isReady();
}

Status ProducerAttachment::AwaitedRoom::checkPeer() {
  return ended_ == Status::ok ? commit().checkPeer() : ended_;
}

FutexExpectation ProducerAttachment::AwaitedRoom::arm() noexcept {
  return commit().arm();
}

std::optional<Eventcount> ProducerAttachment::AwaitedRoom::eventcount() const noexcept {
  return commit().eventcount();
}

Awaited::Lifelines ProducerAttachment::AwaitedRoom::lifelines() const noexcept {
  return commit().lifelines();
}

TimePoint ProducerAttachment::AwaitedRoom::lookAgainAt() const noexcept {
  return commit().lookAgainAt();
}

void ProducerAttachment::AwaitedRoom::onSleep() noexcept {
  commit().onSleep();
}

void ProducerAttachment::AwaitedRoom::interrupt() noexcept {
  commit().interrupt();
}

}  // namespace sluice::detail
