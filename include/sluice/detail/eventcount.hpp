// An eventcount: the publisher answers a doorbell, a sleeper arms it.
#pragma once

#include <atomic>
#include <cstdint>

#include "sluice/c/linkage.h"
#include "sluice/detail/doorbell.hpp"
#include "sluice/detail/fence.hpp"
#include "sluice/detail/futex_expectation.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

/// A doorbell as a participant uses it. Cheap to copy; the words it refers to must outlive it.
/// Every function may be called from any thread and process at once.
///
/// Why nobody oversleeps: the publisher stores its cursor [P1], passes a light fence [P2] and reads
/// the doorbell [P3]; the sleeper writes the doorbell [W2], passes a heavy fence [W3] and reads the
/// cursor [W4]. So either P3 sees W2 or W4 sees P1. And while the epoch is what W2 saw, no
/// publisher has answered since, so what was rung for is still rung for.
///
/// Under WakeProtocol::none a sleeper asks for nothing and looks again by itself; a ring ends its
/// sleep all the same.
class SLUICE_API Eventcount {
 public:
  Eventcount(Doorbell& doorbell, WakeProtocol protocol,
             std::atomic<std::uint64_t>* wakes = nullptr) noexcept
      : doorbell_(&doorbell), wakes_(wakes), protocol_(protocol) {}

  /// After the cursor was stored: wakes everybody asleep if somebody waits for `published` or less.
  /// With nobody asleep: no system call, and under WakeProtocol::membarrier no fence.
  template <SequenceNumber S>
  void announce(S published) const noexcept {
    if (isRung()) [[unlikely]]
      answer<S>(doorbell_, wakes_, published);
  }

  /// announce() without the answer: true when somebody asks for a wake, and then answer() has to
  /// follow.
  bool isRung() const noexcept {
    detail::lightFence(protocol_);  // [P2] pairs with [W3]
    return DoorbellValue{doorbell_->load(std::memory_order_relaxed)}
        .armed();  // [P3] pairs with [W2]
  }

  /// The same for a caller that knows the protocol to be membarrier.
  static bool isRungLightly(const Doorbell& doorbell) noexcept {
    detail::lightFence(WakeProtocol::membarrier);                            // [P2] pairs with [W3]
    return DoorbellValue{doorbell.load(std::memory_order_relaxed)}.armed();  // [P3] pairs with [W2]
  }
  bool isRungLightly() const noexcept { return isRungLightly(*doorbell_); }
  template <SequenceNumber S>
  void answer(S published) const noexcept {
    answer<S>(doorbell_, wakes_, published);
  }

  /// Wakes everybody whatever they wait for: for every change that is not the publishing of a
  /// sequence.
  void ring() const noexcept;

  /// Asks to be woken once `target` is published; returns the epoch to sleep on. Follow it with
  /// heavyFence() and one more look.
  template <SequenceNumber S>
  FutexExpectation arm(S target) const noexcept {
    if (protocol_ == WakeProtocol::none) {
      const DoorbellValue seen{doorbell_->load(std::memory_order_acquire)};  // [W6] pairs with [R1]
      return {epochWord(*doorbell_), seen.epoch()};
    }
    std::uint64_t word = doorbell_->load(std::memory_order_relaxed);
    for (;;) {
      const DoorbellValue seen{word};
      const bool covered = seen.armed() && awaitedBy<S>(seen.awaited(), target);
      const DoorbellValue wanted =
          covered ? seen : seen.armedFor(static_cast<std::uint32_t>(target));
      if (doorbell_->compare_exchange_weak(word, wanted.word, std::memory_order_seq_cst,
                                           std::memory_order_relaxed))  // [W2] pairs with [P3] [P4]
        return {epochWord(*doorbell_), seen.epoch()};
    }
  }

  /// True while nobody has answered or rung since arm() returned this word: its target is still
  /// asked for, and so is every later one, also where others sleep on the doorbell.
  bool isArmed(const FutexExpectation& seen) const noexcept {
    if (seen.word != epochWord(*doorbell_) || protocol_ == WakeProtocol::none) return false;
    const DoorbellValue now{
        doorbell_->load(std::memory_order_acquire)};  // [W7] pairs with [P4] [R1]
    return now.epoch() == seen.value;
  }

  WakeProtocol protocol() const noexcept { return protocol_; }

  /// [W3] pairs with [P2]. False when no wake will come: the system refuses the fence, or nobody
  /// was asked.
  [[nodiscard]] bool heavyFence() const noexcept {
    return protocol_ != WakeProtocol::none && detail::heavyFence(protocol_);
  }

 private:
  /// True when a cursor that stands at `published` has reached what the doorbell's 31 bits await.
  template <SequenceNumber S>
  static bool awaitedBy(std::uint32_t awaited, S published) noexcept {
    if constexpr (sizeof(S) < 4) {
      return reached(published, static_cast<S>(awaited));
    } else {
      const auto ahead = (static_cast<std::uint32_t>(published) - awaited) << 1;
      return static_cast<std::int32_t>(ahead) >= 0;
    }
  }

  // Static, so that an Eventcount made up for one announcement stays in registers.
  template <SequenceNumber S>
  [[gnu::noinline]] static void answer(Doorbell* doorbell, std::atomic<std::uint64_t>* wakes,
                                       S published) noexcept {
    std::uint64_t word = doorbell->load(std::memory_order_relaxed);
    for (;;) {
      const DoorbellValue seen{word};
      if (!seen.armed() || !awaitedBy<S>(seen.awaited(), published)) return;
      if (doorbell->compare_exchange_weak(word, seen.answered().word, std::memory_order_seq_cst,
                                          std::memory_order_relaxed))  // [P4] pairs with [W2] [W5]
        break;
    }
    wakeSleepers(*doorbell, wakes);
  }

  static void wakeSleepers(const Doorbell& doorbell, std::atomic<std::uint64_t>* wakes) noexcept;

  Doorbell* doorbell_;
  std::atomic<std::uint64_t>* wakes_;
  WakeProtocol protocol_;
};

}  // namespace sluice::detail
