// What every producer does, whatever its record.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "sluice/detail/claimed_slots.hpp"
#include "sluice/detail/eventcount.hpp"
#include "sluice/detail/processor.hpp"
#include "sluice/detail/producer_attachment.hpp"
#include "sluice/detail/producer_hot.hpp"
#include "sluice/detail/ring.hpp"
#include "sluice/detail/room_poll.hpp"
#include "sluice/error.hpp"
#include "sluice/sent.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// Claims and publishes slots. The one ledger of what is claimed and published: what the attachment
/// has claimed and the user has not is a run of slots up to runEnd, which never crosses the end of
/// the ring; so a claim is a pointer's increment, and what others see of claims is stored once for
/// a run. Used by one thread at a time; movable. A publish in a forked child finds its doorbell
/// armed, and so takes the way on which it is asked where it is.
template <class Slot>
class ProducerEngine {  // NOLINT(clang-analyzer-optin.performance.Padding): a line for ProducerHot
 public:
  ProducerEngine(ProducerAttachment attachment, const Slot& slot)
      : attachment_(std::move(attachment)),
        words_(attachment_.words()),
        ring_(words_.ring, words_.capacity, slot),
        hot_{.published = attachment_.published(),
             .doorbell = words_.doorbell,
             .cursor = words_.cursor},
        runLast_(hot_.published),
        runLength_(runLengthOf(words_.capacity)) {
    hot_.claimEnd = hot_.runEnd = ring_.slot(runLast_ + 1);
    setPublishEnd();
  }

  ProducerEngine(ProducerEngine&& other) noexcept
      : attachment_(std::move(other.attachment_)),
        words_(other.words_),
        ring_(other.ring_),
        hot_(other.hot_),
        runLast_(other.runLast_),
        runLength_(other.runLength_),
        isShort_(other.isShort_),
        poll_(other.poll_),
        status_(other.status_) {
    other.endAsDetached();
  }
  ProducerEngine& operator=(ProducerEngine&& other) noexcept {
    if (this == &other) return *this;
    std::destroy_at(this);
    std::construct_at(this, std::move(other));
    return *this;
  }
  ~ProducerEngine() = default;

  /// The next slot, waiting for ever while the ring is full. Fails when there can be none.
  std::byte* claimOne() {
    if (hot_.claimEnd == hot_.runEnd) [[unlikely]]
      waitForRoom();
    return takeOne();
  }

  /// True when takeOne() may follow: false while the ring is full, or when there can be no slot any
  /// more. Never waits.
  bool hasRoomNow() {
    if (hot_.claimEnd != hot_.runEnd) [[likely]]
      return true;
    return pollForRoom(1) == Status::ok;
  }

  /// The next slot, of which hasRoomNow() has told.
  std::byte* takeOne() noexcept {
    std::byte* const slot = hot_.claimEnd;
    take(slot);
    return slot;
  }

  /// Takes the slot that next() has told.
  void take(std::byte* slot) noexcept {
    prefetchForWrite(slot + ring_.prefetchDistance);
    hot_.claimEnd = ring_.after(slot);
  }

  /// True when takeOne() may follow without another look.
  bool hasRoomAtOnce() const noexcept { return hot_.claimEnd != hot_.runEnd; }

  /// Room for the next slot; with Status::ok takeOne() may follow.
  Status makeRoom(const WaitLimit& limit) {
    if (limit.stop().stop_requested()) [[unlikely]]
      return Status::stopped;
    if (isDetached()) [[unlikely]]
      return endAsDetached();
    if (hot_.claimEnd != hot_.runEnd) [[likely]]
      return Status::ok;
    return limit.isNow() ? pollForRoom(1) : addRoom(1, limit);
  }

  /// The next poll for room looks closely.
  void lookCloser() noexcept { poll_.forget(); }

  /// The slot that takeOne() would take, where there is one.
  std::byte* next() const noexcept { return hot_.claimEnd; }

  ClaimedSlots claimOne(const WaitLimit& limit) {
    if (const Status status = makeRoom(limit); status != Status::ok)
      return {nullptr, 0, lastClaimed() + 1, status};
    const Sequence sequence = lastClaimed() + 1;
    return {takeOne(), 1, sequence, Status::ok};
  }

  ClaimedSlots claimUpTo(std::size_t n) {
    if (n > room()) mustGoOn(addRoom(n, forEver));
    return takeUpTo(n);
  }

  ClaimedSlots claimUpTo(std::size_t n, const WaitLimit& limit) {
    const Sequence next = lastClaimed() + 1;
    if (limit.stop().stop_requested()) [[unlikely]]
      return {nullptr, 0, next, Status::stopped};
    if (isDetached()) [[unlikely]]
      return {nullptr, 0, next, endAsDetached()};
    Status status = Status::ok;
    if (n > room()) status = room() == 0 && limit.isNow() ? pollForRoom(n) : addRoom(n, limit);
    return status == Status::ok ? takeUpTo(n) : ClaimedSlots{nullptr, 0, next, status};
  }

  Status publish() noexcept {
    std::byte* const slot = hot_.publishEnd;
    std::byte* const end = ring_.after(slot);
    if (end != hot_.claimEnd) [[unlikely]]
      return publishClaimed();
    // What others see comes before what only this producer has: stores to one line go together.
    const Sequence next = hot_.published + 1;
    if (ring_.hasStamp) [[likely]]
      ring_.stamp(slot, next);
    else
      hot_.cursor->store(next, std::memory_order_release);  // [P1] pairs with [W1] [W4] [G1]
    hot_.publishEnd = end;
    hot_.published = next;
    if (Eventcount::isRungLightly(*hot_.doorbell)) [[unlikely]]
      return answer();
    return Status::ok;
  }

  Status publishFirst(std::size_t n) noexcept {
    const Sequence claimed = lastClaimed() - hot_.published;
    return publishTo(hot_.published + (n < claimed ? n : claimed));
  }

  /// Claims, copies and publishes `n` records that lie that many bytes apart, or as many as the
  /// limit allows.
  Sent send(const std::byte* records, std::size_t distance, std::size_t n, const WaitLimit& limit) {
    const WaitLimit started = limit.started();
    Sent sent;
    while (sent.count != n) {
      const ClaimedSlots slots = claimUpTo(n - sent.count, started);
      if (slots.count == 0) return sent.status = slots.status, sent;
      std::byte* slot = slots.slot;
      for (std::size_t i = 0; i < slots.count; ++i, slot = ring_.after(slot))
        std::memcpy(ring_.record(slot), records + (sent.count + i) * distance, ring_.recordSize);
      if (sent.status = publish(); sent.status != Status::ok) [[unlikely]]
        return sent;
      sent.count += slots.count;
    }
    return sent;
  }

  /// Gives back what is claimed and unpublished. Until the next claim there is nothing that the
  /// short way of publish() may find.
  void abandon() noexcept {
    hot_.claimEnd = hot_.runEnd;
    runLast_ = hot_.published;
    hot_.publishEnd = Ring<Slot>::nowhere();
    poll_.forget();
  }

  void close() noexcept {
    if (attachment_.isDetached()) {
      endAsDetached();
      return;
    }
    status_ = Status::closed;
    isShort_ = false;
    abandon();
    attachment_.close(hot_.published);
  }

  static void mustGoOn(Status status) {
    if (status != Status::ok) [[unlikely]]
      failAsEnded(status);
  }

  ProducerAttachment& attachment() noexcept { return attachment_; }
  const ProducerAttachment& attachment() const noexcept { return attachment_; }
  const Ring<Slot>& ring() const noexcept { return ring_; }
  /// For the short ways of claimOne() and publish() in another language.
  ProducerHot& hot() noexcept { return hot_; }
  /// The rest of a publish that has found its doorbell rung.
  [[gnu::noinline]] Status answer() noexcept {
    if (attachment_.isDetached()) return endAsDetached();
    eventcount().answer(hot_.published);
    return Status::ok;
  }
  std::byte* record(std::byte* slot) const noexcept { return ring_.record(slot); }
  Sequence lastPublished() const noexcept { return hot_.published; }
  Sequence lastClaimed() const noexcept { return runLast_ - room(); }

 private:
  static inline const WaitLimit atOnce = WaitLimit::now();
  static inline constinit const WaitLimit forEver{};
  static inline const Doorbell alwaysArmed{DoorbellValue::armedBit};

  [[noreturn, gnu::noinline]] static void failAsEnded(Status status) {
    fail(Error{ErrorCode::ended, "", "claim", nameOf(status), "a stream that goes on", ""});
  }

  std::size_t room() const noexcept {
    return static_cast<std::size_t>(ring_.slotsBetween(hot_.claimEnd, hot_.runEnd));
  }

  ClaimedSlots takeUpTo(std::size_t n) noexcept {
    const std::size_t left = room();
    const std::size_t count = n < left ? n : left;
    const Sequence first = runLast_ - left + 1;
    std::byte* const slot = hot_.claimEnd;
    hot_.claimEnd = ring_.after(slot, count);
    return {slot, count, first, Status::ok};
  }

  [[gnu::noinline]] void waitForRoom() { mustGoOn(addRoom(1, forEver)); }

  /// What a claim that must not wait does when its run is used up.
  [[gnu::noinline]] Status pollForRoom(std::size_t n) {
    return poll_.ask(attachment_, [&] { return addRoom(n, atOnce); });
  }

  /// Makes room for `n`, or for as many as there is room for once there is room for one.
  /// Status::ok, or why there is not even that.
  [[gnu::noinline]] Status addRoom(std::size_t n, const WaitLimit& limit) {
    if (status_ != Status::ok) return status_;
    const std::size_t left = room();
    const bool isFirst = left == 0;
    if (!isFirst && isRunCut()) return Status::ok;
    if (ring_.hasStamp)
      hot_.cursor->store(hot_.published,
                         std::memory_order_release);  // [P1] pairs with [G1] [T1] [J4]
    std::size_t wanted = n - left;
    if (wanted < runLength_) wanted = runLength_;
    if constexpr (Slot::slotsKept != 0) {
      const std::uint64_t most = ring_.capacity() - Slot::slotsKept - (runLast_ - hot_.published);
      if (most == 0) return isFirst ? Status::allClaimed : Status::ok;
      if (wanted > most) wanted = static_cast<std::size_t>(most);
    }
    const Claim more =
        attachment_.claim(wanted, runLast_, hot_.published, isFirst ? &limit : nullptr);
    if (more.count == 0) return isFirst ? withoutRoom(more.status) : Status::ok;
    if (isFirst) {
      std::byte* const begin = ring_.slot(runLast_ + 1);
      // All is published, and the last slot may have been the ring's.
      if (hot_.publishEnd == hot_.claimEnd) hot_.publishEnd = begin;
      hot_.claimEnd = hot_.runEnd = begin;
    }
    hot_.runEnd = ring_.after(hot_.runEnd, more.count);
    runLast_ += more.count;
    return Status::ok;
  }

  /// The run ends with the ring, or is all that is not yet published: it cannot grow.
  bool isRunCut() const noexcept {
    return ring_.untilWrap(runLast_ + 1) == ring_.capacity() ||
           runLast_ - hot_.published == ring_.capacity();
  }

  Eventcount eventcount() const noexcept {
    return {*words_.doorbell, words_.needsFence ? WakeProtocol::fence : WakeProtocol::membarrier,
            words_.wakes};
  }

  // Out of line and without arguments, so that the calls that need none of it pay nothing.
  [[gnu::noinline]] Status publishClaimed() noexcept { return publishTo(lastClaimed()); }
  [[gnu::noinline]] Status nothingToPublish() noexcept {
    return attachment_.isDetached() ? endAsDetached() : status_;
  }

  Status publishTo(Sequence last) noexcept {
    if (last == hot_.published) return nothingToPublish();
    if (ring_.hasStamp) ring_.stamp(hot_.published, last);
    hot_.published = last;
    words_.cursor->store(last, std::memory_order_release);  // [P1] pairs with [W1] [W4] [G1]
    setPublishEnd();
    if (eventcount().isRung()) [[unlikely]]
      return answer();
    return Status::ok;
  }

  Status withoutRoom(Status why) noexcept {
    return why == Status::detached ? endAsDetached() : why;
  }

  /// In a forked child, where each doorbell is armed; or moved from.
  bool isDetached() const noexcept {
    const DoorbellValue seen{hot_.doorbell->load(std::memory_order_relaxed)};
    return seen.armed() && attachment_.isDetached();
  }

  /// Nothing can be claimed or published any more; nothing of the segment is touched.
  Status endAsDetached() noexcept {
    status_ = Status::detached;
    isShort_ = false;
    hot_.doorbell = &alwaysArmed;
    abandon();
    return status_;
  }

  /// Where publish() may not take the short way, no slot is ever what it finds alone there: when
  /// each publish needs a fence, after the end, and in a ring of one slot, which is also the next.
  void setPublishEnd() noexcept {
    hot_.publishEnd = isShort_ ? ring_.slot(hot_.published + 1) : Ring<Slot>::nowhere();
  }

  ProducerAttachment attachment_;
  ProducerWords words_;
  Ring<Slot> ring_;

  ProducerHot hot_;
  Sequence runLast_;  // of the last slot of the run
  std::size_t runLength_;
  bool isShort_ = !words_.needsFence && words_.capacity > 1;
  RoomPoll poll_;
  Status status_ = Status::ok;
};

}  // namespace sluice::detail
