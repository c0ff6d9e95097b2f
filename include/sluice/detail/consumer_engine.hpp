// What every consumer does, whatever its record.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "sluice/detail/consumer_attachment.hpp"
#include "sluice/detail/consumer_run.hpp"
#include "sluice/detail/eventcount.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// Takes and commits slots. Used by one thread at a time; movable.
template <class Slot>
class ConsumerEngine {
 public:
  ConsumerEngine(ConsumerAttachment attachment, const Slot& slot, std::uint64_t maxBatch,
                 const WaitStrategy& strategy)
      : run_(std::move(attachment), slot, maxBatch, strategy), cursor_(run_.words().cursor) {
    const bool isLight = run_.words().wakeProtocol == WakeProtocol::membarrier;
    if (isLight && !run_.attachment().mayBeEvicted()) careful_ = run_.words().doorbell;
  }

  ConsumerEngine(ConsumerEngine&& other) noexcept
      : run_(std::move(other.run_)),
        cursor_(std::exchange(other.cursor_, &nobodysCursor)),
        careful_(std::exchange(other.careful_, &alwaysRung)) {}
  ConsumerEngine& operator=(ConsumerEngine&& other) noexcept {
    if (this == &other) return *this;
    run_ = std::move(other.run_);
    cursor_ = std::exchange(other.cursor_, &nobodysCursor);
    careful_ = std::exchange(other.careful_, &alwaysRung);
    return *this;
  }
  ~ConsumerEngine() = default;

  [[gnu::always_inline]] ArrivedSlots wait() {
    const std::byte* begin = run_.next();
    const Sequence before = run_.last();
    if (!run_.hasArrived(begin, before)) [[unlikely]] {
      if (!run_.waitForRun(nullptr)) return nothing();
      if (!run_.ring().hasStamp) return run_.takeWhole();
      begin = run_.next();
    }
    return run_.takeArrived(begin, before);
  }

  ArrivedSlots wait(const WaitLimit& limit) {
    if (limit.stop().stop_requested()) [[unlikely]] {
      run_.endAs(Status::stopped);
      return nothing();
    }
    if (limit.isNow()) return tryWait();
    if (!run_.hasArrived(run_.next(), run_.last())) {
      if (!run_.waitForRun(&limit)) return nothing();
      if (!run_.ring().hasStamp) return run_.takeWhole();
    }
    return run_.takeArrived(run_.next(), run_.last());
  }

  [[gnu::always_inline]] ArrivedSlots tryWait() {
    const std::byte* begin = run_.next();
    const Sequence before = run_.last();
    if (!run_.hasArrived(begin, before)) [[unlikely]] {
      if (!run_.pollForRun()) return nothing();
      if (!run_.ring().hasStamp) return run_.takeWhole();
      begin = run_.next();
    }
    return run_.takeArrived(begin, before);
  }

  Status commit() noexcept { return commitTo(run_.last()); }

  Status commit(std::size_t n) noexcept {
    const Sequence size = run_.last() - run_.before();
    const Sequence upTo = run_.before() + (n < size ? n : size);
    const Sequence committed = attachment().lastCommitted();
    return commitTo(reached(committed, upTo) ? committed : upTo);
  }

  Status commitUpTo(Sequence last) noexcept {
    const Sequence committed = attachment().lastCommitted();
    const Sequence taken = reached(last, run_.last()) ? run_.last() : last;
    return commitTo(reached(committed, taken) ? committed : taken);
  }

  /// The next wait begins after the last commit again.
  void rewind() noexcept {
    if (attachment().isDetached())
      endForGood(Status::detached);
    else
      run_.goBackTo(attachment().lastCommitted());
  }

  /// The row is another's from here on, so nothing is stored there any more.
  void resign() noexcept {
    run_.attachment().resign();
    endForGood(attachment().isDetached() ? Status::detached : Status::evicted);
    cursor_ = &nobodysCursor;
  }

  ConsumerRun<Slot>& run() noexcept { return run_; }
  const ConsumerAttachment& attachment() const noexcept { return run_.attachment(); }
  const std::byte* record(const std::byte* slot) const noexcept { return slot + ring().offset; }
  const Ring<Slot>& ring() const noexcept { return run_.ring(); }
  Status status() const noexcept { return run_.status(); }
  Sequence lastTaken() const noexcept { return run_.last(); }

  std::uint64_t lag() const noexcept {
    if (attachment().isDetached()) return 0;
    const auto behind = distance(attachment().lastCommitted(), attachment().published());
    return behind > 0 ? static_cast<std::uint64_t>(behind) : 0;
  }

 private:
  ArrivedSlots nothing() noexcept {
    if (run_.status() == Status::evicted) careful_ = &alwaysRung;
    return {nullptr, 0, run_.last() + 1, run_.status()};
  }

  Status commitTo(Sequence last) noexcept {
    cursor_->store(last, std::memory_order_release);  // [P1] pairs with [C1] [U1]
    if (Eventcount::isRungLightly(*careful_)) [[unlikely]]
      return commitCarefully(last);
    return Status::ok;
  }

  /// The rest of a commit for a consumer that is asked for a wake, needs a fence, may be evicted,
  /// was taken for dead (the producer rings that consumer's doorbell), or is in a forked child,
  /// where each doorbell is rung.
  [[gnu::noinline]] Status commitCarefully(Sequence last) noexcept {
    const bool hasRow = cursor_ != &nobodysCursor;
    const Status status = hasRow ? run_.attachment().confirmCommit(last) : attachment().ended();
    if (hasRow && status != Status::detached) run_.attachment().announceCommit(last);
    if (status != Status::ok) endForGood(status);
    return status;
  }

  void endForGood(Status status) noexcept {
    careful_ = &alwaysRung;
    run_.endForGood(status);
  }

  static inline const Doorbell alwaysRung{DoorbellValue::armedBit};
  static inline std::atomic<Sequence> nobodysCursor{noSequence};

  ConsumerRun<Slot> run_;
  std::atomic<Sequence>* cursor_;
  const Doorbell* careful_ = &alwaysRung;  // rung where a commit needs more than a store
};

}  // namespace sluice::detail
