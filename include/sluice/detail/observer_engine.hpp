// What every observer does, whatever its record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "sluice/detail/fence.hpp"
#include "sluice/detail/observer_attachment.hpp"
#include "sluice/detail/ring.hpp"
#include "sluice/detail/wait.hpp"
#include "sluice/observation.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// Copies records out. Used by one thread at a time; movable.
template <class Slot>
class ObserverEngine {
 public:
  ObserverEngine(ObserverAttachment attachment, const Slot& slot, StartAt startAt,
                 const WaitStrategy& strategy)
      : attachment_(std::move(attachment)),
        words_(attachment_.words()),
        ring_(words_.ring, words_.capacity, slot),
        next_(attachment_.start(startAt)),
        strategy_(strategy) {}

  ObserverEngine(ObserverEngine&& other) noexcept
      : attachment_(std::move(other.attachment_)),
        words_(std::exchange(other.words_, {})),
        ring_(other.ring_),
        next_(other.next_),
        strategy_(other.strategy_) {}
  ObserverEngine& operator=(ObserverEngine&& other) noexcept {
    if (this == &other) return *this;
    std::destroy_at(this);
    std::construct_at(this, std::move(other));
    return *this;
  }
  ~ObserverEngine() = default;

  /// Copies the next record to that place, once there is one. What a call without a record leaves
  /// there is of no meaning.
  Observation read(std::byte* to, const WaitLimit& limit) {
    return read([&](const std::byte* slot) { return copyRecord(slot, to); }, limit);
  }

  /// The same with a function that copies what is in a slot: false where that is overwritten. It
  /// may ask isWhole() in between, and it is asked once more afterwards.
  template <class CopySlot>
  Observation read(CopySlot copySlot, const WaitLimit& limit) {
    if (isDetached()) [[unlikely]]
      return {next_, 0, Status::detached};
    if (limit.stop().stop_requested()) [[unlikely]]
      return {next_, 0, Status::stopped};
    Copy<CopySlot> copy(*this, copySlot);
    const Status status = waitFor(copy, strategy_, limit.started());
    if (status != Status::ok) return {next_, copy.lost, status};
    return {next_++, copy.lost, Status::ok};
  }

  /// The record that was read last is the next again.
  void goBackOne() noexcept { --next_; }

  ObserverAttachment& attachment() noexcept { return attachment_; }
  const ObserverAttachment& attachment() const noexcept { return attachment_; }
  /// Moved from. In a forked child the next read says so.
  bool isDetached() const noexcept { return words_.claimed == nullptr; }
  const Ring<Slot>& ring() const noexcept { return ring_; }
  Sequence next() const noexcept { return next_; }

  /// The next record is there, or was overwritten.
  bool hasArrived() const noexcept {
    if (ring_.hasStamp) {
      // A later lap's stamp counts as arrived: what was there is then found overwritten.
      return distance(stampOf(next_), ring_.stampIn(ring_.slot(next_))) >= 0;
    }
    return reached(words_.producerCursor->load(std::memory_order_acquire),
                   next_);  // [W1] pairs with [P1]
  }

  /// True when the producer has not begun to overwrite the slot. Called after it was copied.
  bool isWhole() const noexcept {
    acquireFence();  // [O1] the copy comes before the look
    const Sequence claimed =
        words_.claimed->load(std::memory_order_relaxed);  // [O2] pairs with [P0]
    return !reached(claimed, next_ + ring_.capacity());
  }

 private:
  enum class Found { notYet, whole, overwritten };

  /// The next record, as the wait loop sees it: ready once it was copied whole.
  template <class CopySlot>
  struct Copy final : ObserverAttachment::AwaitedCopy {
    Copy(ObserverEngine& owner, CopySlot& how) noexcept
        : AwaitedCopy(owner.attachment_), engine(owner), copySlot(how) {}

    bool isReady() noexcept override {
      // A producer that laps without end must not make a limit mean nothing.
      constexpr int lapsesPerLook = 64;
      for (int i = 0; i < lapsesPerLook; ++i) {
        const Found found = engine.copyNext(copySlot);
        if (found != Found::overwritten) return found == Found::whole;
        lost += engine.skipOverwritten();
      }
      return false;
    }

    ObserverEngine& engine;
    CopySlot& copySlot;
    std::uint64_t lost = 0;
  };

  template <class CopySlot>
  Found copyNext(CopySlot& copySlot) const {
    if (!hasArrived()) return Found::notYet;
    const bool isThere = copySlot(static_cast<const std::byte*>(ring_.slot(next_)));
    return isThere && isWhole() ? Found::whole : Found::overwritten;
  }

  bool copyRecord(const std::byte* slot, std::byte* to) const noexcept {
    std::memcpy(to, slot + ring_.offset, ring_.recordSize);
    return true;
  }

  /// How many records it skips.
  std::uint64_t skipOverwritten() noexcept {
    const Sequence oldest = attachment_.oldestWhole();
    const Sequence from = reached(oldest, next_ + 1) ? oldest : next_ + 1;
    return from - std::exchange(next_, from);
  }

  ObserverAttachment attachment_;
  ObserverWords words_;
  Ring<Slot> ring_;
  Sequence next_;
  WaitStrategy strategy_;
};

}  // namespace sluice::detail
