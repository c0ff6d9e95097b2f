// Sleeping on words that several processes share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sluice/detail/futex_expectation.hpp"
#include "sluice/detail/time_point.hpp"

namespace sluice::detail {

enum class Sleep {
  woken,     ///< a wake, a value that differs, or a signal: look again (also spuriously)
  timedOut,  ///< the deadline has passed
};

/// At most this many words in one sleep: the kernel allows no more.
inline constexpr std::size_t maxFutexWords = 128;

/// Sleeps until one of the words is woken or no longer holds its value, or the deadline passes.
/// Where the kernel has no futex_waitv only the first word is slept on, so the caller bounds the
/// sleep by a slice and looks at the others itself. Makes no system call when the deadline is
/// already past. Any thread, any process.
Sleep sleepOn(std::span<const FutexExpectation> words, TimePoint deadline) noexcept;

/// What the word holds, with acquire ordering.
inline std::uint32_t valueOf(const FutexExpectation& word) noexcept {
  return __atomic_load_n(static_cast<const std::uint32_t*>(word.word), __ATOMIC_ACQUIRE);
}

/// Wakes everybody asleep on the word, in every process; returns how many. The mapping may be
/// read-only.
int wakeAll(const void* word) noexcept;

/// True where the kernel can sleep on several words at once (futex_waitv, Linux 5.16).
bool sleepsOnSeveralWords() noexcept;

}  // namespace sluice::detail
