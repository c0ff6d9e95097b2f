#include "sluice/detail/consumer_attachment.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "format/end_of_stream.hpp"
#include "format/stored_record.hpp"
#include "os/cancellation.hpp"
#include "os/printable.hpp"
#include "roles/awaited_name.hpp"
#include "roles/own_row.hpp"
#include "roles/producer_watch.hpp"
#include "roles/upstream.hpp"
#include "roles/wanted_stream.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/fence.hpp"
#include "sluice/detail/wait.hpp"

namespace sluice::detail {
namespace {

constexpr std::size_t maxNameLength = sizeof(ConsumerPage::name) - 1;

Error wrongOption(std::string_view segment, const char* option, std::string found,
                  std::string expected, std::string advice) {
  return {ErrorCode::invalidArgument, std::string(segment), option,
          std::move(found),           std::move(expected),  std::move(advice)};
}

Result<void> checkAfter(std::string_view segment, const ConsumerOptions& options) {
  const auto refuse = [segment](std::string found, std::string expected, std::string advice) {
    return wrongOption(segment, "after", std::move(found), std::move(expected), std::move(advice));
  };
  if (options.after.size() > maxConsumerRows)
    return refuse(std::to_string(options.after.size()) + " names",
                  "at most " + std::to_string(maxConsumerRows), "name each consumer once");
  for (const std::string& name : options.after) {
    if (name.empty())
      return refuse("an empty name", "the name of a consumer",
                    "name the consumer that comes first, in its own options too");
    if (name == options.name)
      return refuse("'" + printable(name) + "', this consumer itself", "the names of others",
                    "a consumer that runs after itself would never be given a record");
  }
  return {};
}

/// A commit of all the consumers that this one runs after. It waits for one of them at a time.
class AwaitedUpstream final : public Awaited {
 public:
  AwaitedUpstream(const SegmentView& view, OwnRow& row, ProducerWatch& producer,
                  std::vector<Upstream>& upstream, Sequence target) noexcept
      : view_(view),
        row_(row),
        producer_(producer),
        upstream_(upstream),
        awaited_(&upstream.front()),
        target_(target) {}

  bool isReady() noexcept override {
    const auto behind = std::find_if(upstream_.begin(), upstream_.end(), [this](Upstream& one) {
      one.look();
      return !reached(one.committed(), target_);
    });
    if (behind == upstream_.end()) return true;
    awaited_ = &*behind;
    return false;
  }

  Status checkPeer() override {
    if (row_.isEvicted()) return Status::evicted;
    const Sequence end = endOfStream(view_);
    const Status producer = producer_.check(end);
    // What the producer left behind still comes, once those before have read it.
    if (producer != Status::ok && !reached(end, target_)) return producer;
    return awaited_->check();
  }

  FutexExpectation arm() noexcept override { return barrier().eventcount().arm(target_); }
  bool isArmed(const FutexExpectation& word) const noexcept override {
    return barrier().eventcount().isArmed(word);
  }
  std::optional<WakeProtocol> wakeProtocol() const noexcept override {
    return barrier().eventcount().protocol();
  }
  bool fence() noexcept override { return barrier().eventcount().heavyFence(); }
  Lifelines lifelines() const noexcept override {
    return {&awaited_->lifeline(), &producer_.lifeline()};
  }
  TimePoint lookAgainAt() const noexcept override {
    return std::min(producer_.checkAgainAt(), awaited_->checkAgainAt());
  }
  void onSleep() noexcept override { row_.fallAsleep(target_); }
  void onWake() noexcept override { row_.wakeUp(); }
  void interrupt() noexcept override { barrier().ring(); }

 private:
  SequenceBarrier<Sequence> barrier() const noexcept {
    return barrierOf(view_, awaited_->key().row);
  }

  const SegmentView& view_;
  OwnRow& row_;
  ProducerWatch& producer_;
  std::vector<Upstream>& upstream_;
  Upstream* awaited_;  // the first that was behind at the last look
  Sequence target_;
};

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

Result<void> ConsumerAttachment::check(std::string_view segment, const ConsumerOptions& options) {
  if (options.name.size() > maxNameLength || options.name.find('\0') != std::string::npos)
    return wrongOption(segment, "consumer name", std::to_string(options.name.size()) + " bytes",
                       "at most " + std::to_string(maxNameLength) + " bytes without NUL",
                       "choose a shorter name");
  if (options.maxBatch == 0) return wrongOption(segment, "maxBatch", "0", "at least 1", "");
  if (options.onDeath == OnDeath::hold && options.name.empty())
    return wrongOption(segment, "onDeath", "hold, without a consumer name",
                       "a name that a successor can give", "name the consumer");
  if (options.evictAfter < std::chrono::nanoseconds::zero())
    return wrongOption(segment, "evictAfter", std::to_string(options.evictAfter.count()) + " ns",
                       "a duration, or 0 for never", "");
  return checkAfter(segment, options);
}

Result<ConsumerAttachment> ConsumerAttachment::attach(std::string_view name,
                                                      const ConsumerOptions& options,
                                                      const Expectation& expectation) {
  const CancellationDisabled whole;
  if (auto good = check(name, options); !good) return good.error();
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

std::array<std::uint8_t, 16> ConsumerAttachment::segmentId() const noexcept {
  return inside_->view().header().id;
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

bool ConsumerAttachment::AwaitedRecord::isArmed(const FutexExpectation& word) const noexcept {
  return producerBarrier(inside_.view()).eventcount().isArmed(word);
}

std::optional<WakeProtocol> ConsumerAttachment::AwaitedRecord::wakeProtocol() const noexcept {
  return producerBarrier(inside_.view()).eventcount().protocol();
}

bool ConsumerAttachment::AwaitedRecord::fence() noexcept {
  return producerBarrier(inside_.view()).eventcount().heavyFence();
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
