// A cursor between two ends, as one writes it by hand.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstdint>

#include "sluice/wait_strategy.hpp"
#include "support/transport.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {

/// Where one end is; where ends sleep, twice that, and one more while somebody sleeps for it to
/// move: in one word, so that no move comes between.
struct alignas(128) Cursor {
  std::atomic<std::uint64_t> word{0};
};

/// How a reader passes the time, and both ends where it sleeps.
enum class Manner { eager, patient, sleeping };

template <Manner manner>
std::uint64_t sequenceAt(const Cursor& cursor) noexcept {
  const std::uint64_t word = cursor.word.load(std::memory_order_acquire);
  return manner == Manner::sleeping ? word / 2 : word;
}

template <Manner manner>
void move(Cursor& cursor, std::uint64_t sequence) noexcept {
  if constexpr (manner == Manner::sleeping) {
    const bool hasSleeper = cursor.word.exchange(2 * sequence, std::memory_order_acq_rel) % 2 != 0;
    if (hasSleeper) ::syscall(SYS_futex, &cursor.word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  } else {
    cursor.word.store(sequence, std::memory_order_release);
  }
}

/// What one end does when a cursor has not moved.
template <Manner manner>
class Patience {
 public:
  explicit Patience(Idling idling) noexcept : idling_(idling) {}

  void begin() noexcept { looks_ = 0; }

  /// Returns at some time, at the latest when the cursor is no longer at `sequence`.
  void pass(Cursor& cursor, std::uint64_t sequence) noexcept {
    if constexpr (manner != Manner::sleeping) {
      for (int i = 0; i < (manner == Manner::patient ? patientPauses : 1); ++i)
        passTime(idling_);
    } else if (!WaitStrategy::spinThenSleep().idle(looks_++)) {
      sleep(cursor, 2 * sequence);
    }
  }

 private:
  static void sleep(Cursor& cursor, std::uint64_t awake) noexcept {
    std::uint64_t found = awake;
    const bool isMine = cursor.word.compare_exchange_strong(
        found, awake + 1, std::memory_order_acq_rel, std::memory_order_acquire);
    if (!isMine && found != awake + 1) return;
    // The kernel compares the low half.
    ::syscall(SYS_futex, &cursor.word, FUTEX_WAIT, static_cast<std::uint32_t>(awake + 1), nullptr,
              nullptr, 0);
  }

  Idling idling_;
  std::uint32_t looks_ = 0;
};

}  // namespace sluice::bench
