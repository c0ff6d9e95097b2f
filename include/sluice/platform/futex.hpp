// Sleeping on words that several processes share.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

namespace sluice::platform {

/// Deadlines are points of CLOCK_MONOTONIC; `forever` is never reached.
using TimePoint = std::chrono::steady_clock::time_point;
inline constexpr TimePoint forever = TimePoint::max();

/// A 32-bit word in shared memory, aligned to 4, and the value with which it is worth sleeping.
/// The mapping may be read-only.
struct FutexExpectation {
  const void* word;
  std::uint32_t value;
};

enum class Sleep {
  woken,     ///< a wake, a value that differs, or a signal: look again (also spuriously)
  timedOut,  ///< the deadline has passed
};

/// At most this many words in one sleep.
inline constexpr std::size_t maxFutexWords = 8;

/// Sleeps until one of the words is woken or no longer holds its value, or the deadline passes.
/// Where the kernel has no futex_waitv only the first word is slept on, so the caller bounds the
/// sleep by a slice and looks at the others itself. Makes no system call when the deadline is
/// already past. Any thread, any process.
Sleep sleepOn(std::span<const FutexExpectation> words, TimePoint deadline) noexcept;

/// Wakes everybody asleep on the word, in every process; returns how many. The mapping may be
/// read-only.
int wakeAll(const void* word) noexcept;

/// True where the kernel can sleep on several words at once (futex_waitv, Linux 5.16).
bool sleepsOnSeveralWords() noexcept;

/// The processor's hint that this thread spins (PAUSE on x86, YIELD on ARM).
inline void spinHint() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Gives the rest of the time slice away.
void yieldProcessor() noexcept;

}  // namespace sluice::platform
