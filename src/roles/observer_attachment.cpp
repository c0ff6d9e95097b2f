#include "sluice/detail/observer_attachment.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "format/end_of_stream.hpp"
#include "format/payload_positions.hpp"
#include "format/stored_record.hpp"
#include "os/cancellation.hpp"
#include "os/slice.hpp"
#include "roles/awaited_name.hpp"
#include "roles/producer_watch.hpp"
#include "roles/wanted_stream.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"

namespace sluice::detail {

struct ObserverAttachment::Inside {
  Inside(Participant place, const ObserverOptions& options)
      : participant(std::move(place)), producer(participant, options.withoutProducer) {}

  const SegmentView& view() const noexcept { return participant.view(); }

  Participant participant;
  ProducerWatch producer;
  std::optional<StoredRecord> record;
};

ObserverAttachment::ObserverAttachment(std::unique_ptr<Inside> inside) noexcept
    : inside_(std::move(inside)) {}
ObserverAttachment::ObserverAttachment(ObserverAttachment&&) noexcept = default;
ObserverAttachment& ObserverAttachment::operator=(ObserverAttachment&&) noexcept = default;
ObserverAttachment::~ObserverAttachment() = default;

Result<ObserverAttachment> ObserverAttachment::attach(std::string_view name,
                                                      const ObserverOptions& options,
                                                      const Expectation& expectation) {
  const CancellationDisabled whole;
  const SegmentPath path{options.directory, std::string(name)};
  const WaitLimit limit = options.appearWithin.started();
  const bool wantsProducer = options.attachTo == AttachTo::livingProducer;
  for (;;) {
    if (wantsProducer) {
      if (auto lives = waitForLivingProducer(path, limit); !lives) return lives.error();
    }
    auto participant = openOnceThere(path, limit, [&] {
      return Participant::openAsObserver(path, expectation, options.memory);
    });
    if (!participant) return participant.error();
    if (wantsProducer && !hasLivingProducer(*participant)) continue;
    return ObserverAttachment(std::make_unique<Inside>(*std::move(participant), options));
  }
}

ObserverWords ObserverAttachment::words() const noexcept {
  const SegmentView& view = inside_->view();
  return {&view.producer().cursor.sequence, &view.producer().claimed.sequence, view.ring(),
          view.geometry().capacity};
}

AnySlot ObserverAttachment::slot() const noexcept {
  return slotOf(inside_->view().geometry());
}

MessageSlot ObserverAttachment::messageSlot() const noexcept {
  return messageSlotOf(inside_->view().geometry());
}
PayloadRegion ObserverAttachment::payload() const noexcept {
  return inside_->view().payload();
}
const std::atomic<std::uint64_t>& ObserverAttachment::payloadLimit() const noexcept {
  return inside_->view().producer().payloadLimit;
}

const RecordDescription& ObserverAttachment::record() const {
  if (inside_ == nullptr) return noRecord();
  if (!inside_->record) inside_->record.emplace(inside_->view());
  return inside_->record->description();
}

Sequence ObserverAttachment::start(StartAt startAt) const noexcept {
  if (startAt == StartAt::oldest) return oldestWhole();
  return endOfStream(inside_->view()) + 1;
}

Sequence ObserverAttachment::oldestWhole() const noexcept {
  const Sequence limit = inside_->view().producer().limit.sequence.load(
      std::memory_order_acquire);  // [O3] pairs with [C2]
  const SegmentView& view = inside_->view();
  if (view.geometry().slotLayout != SlotLayout::messages)
    return beforeOldestWhole(limit, view.geometry()) + 1;
  const std::uint64_t payloadLimit =
      view.producer().payloadLimit.load(std::memory_order_acquire);  // [O3] pairs with [C2]
  return beforeOldestWhole(view, limit, payloadLimit, endOfStream(view)) + 1;
}

bool ObserverAttachment::isNamed() const {
  return inside_ != nullptr && !inside_->participant.isInherited() &&
         inside_->participant.isNamed();
}

Status ObserverAttachment::AwaitedCopy::checkPeer() {
  if (inside_.participant.isInherited()) return Status::detached;
  const auto& page = inside_.view().producer();
  return inside_.producer.check(page.cursor.sequence.load(std::memory_order_relaxed));
}

FutexExpectation ObserverAttachment::AwaitedCopy::arm() noexcept {
  lookAgainAt_ = std::chrono::steady_clock::now() + lookingSlice;
  return producersEpoch(inside_.view());
}

TimePoint ObserverAttachment::AwaitedCopy::lookAgainAt() const noexcept {
  return lookAgainAt_;
}

/// Nothing wakes an observer but its own slices.
void ObserverAttachment::AwaitedCopy::interrupt() noexcept {}

}  // namespace sluice::detail
