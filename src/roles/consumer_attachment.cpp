#include "sluice/detail/consumer_attachment.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "format/end_of_stream.hpp"
#include "format/stored_record.hpp"
#include "os/cancellation.hpp"
#include "roles/awaited_name.hpp"
#include "roles/awaited_upstream.hpp"
#include "roles/consumer_options.hpp"
#include "roles/own_row.hpp"
#include "roles/producer_watch.hpp"
#include "roles/upstream.hpp"
#include "roles/wanted_stream.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/wait.hpp"

namespace sluice::detail {
namespace {

/// A row's lease, and the rows to run after.
struct Place {
  Participant participant;
  std::vector<RowKey> upstream;
};

/// Waits for what the options want to find before it takes a row, so that nobody is kept from it
/// meanwhile, and looks once more with the row in hand.
Result<Place> openPlace(const SegmentPath& path, const ConsumerOptions& options,
                        const Expectation& expectation) {
  const WaitLimit limit = options.appearWithin.started();
  const bool wantsProducer = options.attachTo == AttachTo::livingProducer;
  for (;;) {
    if (wantsProducer) {
      if (auto lives = waitForLivingProducer(path, limit); !lives) return lives.error();
    }
    if (!options.after.empty()) {
      auto there = waitForUpstream(path, expectation, options.after, limit);
      if (!there) return there.error();
    }
    auto participant = openOnceThere(path, limit, [&] {
      return Participant::openAsConsumer(path, options.name, expectation, options.memory);
    });
    if (!participant) return participant.error();
    if (wantsProducer && !hasLivingProducer(*participant)) continue;
    auto upstream = findUpstream(*participant, options.after);
    if (upstream) return Place{*std::move(participant), *std::move(upstream)};
  }
}

}  // namespace

struct ConsumerAttachment::Inside {
  Inside(Participant place, const ConsumerOptions& options)
      : participant(std::move(place)),
        row(participant, options),
        producer(participant, options.withoutProducer) {}

  const SegmentView& view() const noexcept { return participant.view(); }
  ConsumerPage& page() const noexcept { return row.page(); }

  Participant participant;
  OwnRow row;
  ProducerWatch producer;
  std::vector<Upstream> upstream;
  std::optional<StoredRecord> record;
  OwnWaitSet ownSet;
};

ConsumerAttachment::ConsumerAttachment(std::unique_ptr<Inside> inside) noexcept
    : inside_(std::move(inside)) {}
ConsumerAttachment::ConsumerAttachment(ConsumerAttachment&&) noexcept = default;

ConsumerAttachment& ConsumerAttachment::operator=(ConsumerAttachment&& other) noexcept {
  ConsumerAttachment left(std::move(*this));
  inside_ = std::move(other.inside_);
  return *this;
}

ConsumerAttachment::~ConsumerAttachment() {
  if (inside_ != nullptr && inside_->participant.isAttached()) inside_->row.leave();
}

Result<ConsumerAttachment> ConsumerAttachment::attach(std::string_view name,
                                                      const ConsumerOptions& options,
                                                      const Expectation& expectation) {
  const CancellationDisabled whole;
  if (auto good = checkConsumerOptions(name, options); !good) return good.error();
  const SegmentPath path{options.directory, std::string(name)};
  auto place = openPlace(path, options, expectation);
  if (!place) return place.error();
  auto inside = std::make_unique<Inside>(std::move(place->participant), options);
  for (const RowKey& key : place->upstream)
    inside->upstream.emplace_back(inside->participant, key);
  if (auto begun = inside->row.begin(options, place->upstream); !begun) return begun.error();
  ConsumerAttachment attachment(std::move(inside));
  // No stream gets as far as half the sequence space, and near its end a slot without a record
  // looks like a slot with one.
  const Sequence beforeFirst = attachment.inside_->view().geometry().beforeFirst();
  if (distance(beforeFirst, attachment.start()) >= 0) return attachment;
  attachment.resign();
  return impossibleCursor(path, attachment.start());
}

bool ConsumerAttachment::isDetached() const noexcept {
  return inside_ == nullptr || inside_->participant.isInherited();
}

ConsumerWords ConsumerAttachment::words() const noexcept {
  const SegmentView& view = inside_->view();
  return {&inside_->page().cursor.sequence,
          &view.producer().cursor.sequence,
          &view.doorbell(consumerParticipant(inside_->participant.row())),
          view.ring(),
          view.geometry().capacity,
          view.geometry().wakeProtocol,
          &view.doorbell(producerParticipant),
          &view.lifeline(producerParticipant).word};
}

AnySlot ConsumerAttachment::slot() const noexcept {
  return slotOf(inside_->view().geometry());
}

MessageSlot ConsumerAttachment::messageSlot() const noexcept {
  return messageSlotOf(inside_->view().geometry());
}
PayloadRegion ConsumerAttachment::payload() const noexcept {
  return inside_->view().payload();
}

const RecordDescription& ConsumerAttachment::record() const {
  if (inside_ == nullptr) return noRecord();
  if (!inside_->record) inside_->record.emplace(inside_->view());
  return inside_->record->description();
}

std::string_view ConsumerAttachment::name() const noexcept {
  return inside_ == nullptr ? std::string_view() : inside_->row.name();
}
Sequence ConsumerAttachment::start() const noexcept {
  return inside_->row.start();
}
const LostRecords& ConsumerAttachment::lost() const noexcept {
  static constexpr LostRecords none{};
  return inside_ == nullptr ? none : inside_->row.lost();
}
Sequence ConsumerAttachment::lastCommitted() const noexcept {
  return isDetached() ? noSequence : inside_->row.lastCommitted();
}
Sequence ConsumerAttachment::published() const noexcept {
  return isDetached() ? noSequence : endOfStream(inside_->view());
}
OwnWaitSet* ConsumerAttachment::ownWaitSet() noexcept {
  return inside_ == nullptr ? nullptr : &inside_->ownSet;
}

bool ConsumerAttachment::isNamed() const {
  return !isDetached() && inside_->participant.isNamed();
}

SegmentId ConsumerAttachment::segmentId() const noexcept {
  return inside_ == nullptr ? SegmentId{} : inside_->view().header().id;
}

LostRecords ConsumerAttachment::notGiven() const noexcept {
  if (!inside_->row.isNewName()) return lost();
  const Sequence first = inside_->view().geometry().firstSequence;
  const auto count = distance(first, start() + 1);
  return count > 0 ? LostRecords{first, static_cast<std::uint64_t>(count)} : lost();
}

bool ConsumerAttachment::runsAfterOthers() const noexcept {
  return !inside_->upstream.empty();
}
bool ConsumerAttachment::mayBeEvicted() const noexcept {
  return inside_->row.mayBeEvicted();
}

Status ConsumerAttachment::ended() const noexcept {
  if (isDetached()) return Status::detached;
  return inside_->row.isEvicted() ? Status::evicted : Status::ok;
}

Status ConsumerAttachment::confirmCommit(Sequence committed) noexcept {
  if (isDetached()) return Status::detached;
  return inside_->row.confirmCommit(committed) ? Status::ok : Status::evicted;
}

void ConsumerAttachment::announceCommit(Sequence committed) noexcept {
  barrierOf(inside_->view(), inside_->participant.row()).eventcount().announce(committed);
}

Sequence ConsumerAttachment::upstreamCommitted() noexcept {
  bool isFirst = true;
  Sequence low = noSequence;
  for (Upstream& upstream : inside_->upstream) {
    upstream.look();
    low = isFirst ? upstream.committed() : lower(low, upstream.committed());
    isFirst = false;
  }
  return low;
}

Status ConsumerAttachment::waitForUpstream(Sequence target, const WaitLimit& limit,
                                           const WaitStrategy& strategy) {
  AwaitedUpstream awaited(inside_->view(), inside_->row, inside_->producer, inside_->upstream,
                          target);
  return waitFor(awaited, strategy, limit);
}

std::shared_ptr<Awaited> ConsumerAttachment::awaitedUpstream(Sequence target) {
  return std::make_shared<AwaitedUpstream>(inside_->view(), inside_->row, inside_->producer,
                                           inside_->upstream, target);
}

void ConsumerAttachment::resign() noexcept {
  if (inside_ != nullptr && inside_->participant.isAttached()) inside_->row.resign();
}

Status ConsumerAttachment::AwaitedRecord::checkPeer() {
  if (inside_.row.isEvicted()) return Status::evicted;
  return inside_.producer.check(target_);
}

FutexExpectation ConsumerAttachment::AwaitedRecord::arm() noexcept {
  return producerBarrier(inside_.view()).eventcount().arm(target_);
}

std::optional<Eventcount> ConsumerAttachment::AwaitedRecord::eventcount() const noexcept {
  return producerBarrier(inside_.view()).eventcount();
}

Awaited::Lifelines ConsumerAttachment::AwaitedRecord::lifelines() const noexcept {
  return {&inside_.producer.lifeline()};
}

TimePoint ConsumerAttachment::AwaitedRecord::lookAgainAt() const noexcept {
  return inside_.producer.checkAgainAt();
}

void ConsumerAttachment::AwaitedRecord::onSleep() noexcept {
  inside_.row.fallAsleep(target_);
}
void ConsumerAttachment::AwaitedRecord::onWake() noexcept {
  inside_.row.wakeUp();
}

void ConsumerAttachment::AwaitedRecord::interrupt() noexcept {
  producerBarrier(inside_.view()).ring();
}

}  // namespace sluice::detail
