#include "os/futex.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>

#include "sluice/detail/processor.hpp"

namespace sluice::detail {
namespace {

// Older headers lack what a newer kernel may have.
constexpr long futexWaitvCall = 449;
constexpr std::uint32_t futexSize32 = 2;

struct WaitvEntry {
  std::uint64_t value;
  std::uint64_t address;
  std::uint32_t flags;
  std::uint32_t reserved;
};

enum class Waitv : int { unknown, present, absent };
std::atomic<Waitv> waitvState{Waitv::unknown};

timespec timespecOf(TimePoint deadline) noexcept {
  const auto since = std::max(deadline.time_since_epoch(), TimePoint::duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((since - seconds).count())};
}

Sleep sleepOnOne(const FutexExpectation& word, const timespec* deadline) noexcept {
  const long result = syscall(SYS_futex, word.word, FUTEX_WAIT_BITSET, word.value, deadline,
                              nullptr, FUTEX_BITSET_MATCH_ANY);
  return result != 0 && errno == ETIMEDOUT ? Sleep::timedOut : Sleep::woken;
}

Sleep sleepOnAny(std::span<const FutexExpectation> words, const timespec* deadline) noexcept {
  std::array<WaitvEntry, maxFutexWords> entries;  // of which most are seldom used
  const std::size_t count = std::min(words.size(), entries.size());
  for (std::size_t i = 0; i < count; ++i)
    entries[i] = {words[i].value, reinterpret_cast<std::uintptr_t>(words[i].word), futexSize32, 0};
  const long result = syscall(futexWaitvCall, entries.data(), count, 0, deadline, CLOCK_MONOTONIC);
  // A word whose memory has gone is one for another thread to tell of.
  if (result >= 0 || errno == EAGAIN || errno == EINTR || errno == EFAULT) return Sleep::woken;
  if (errno == ETIMEDOUT) return Sleep::timedOut;
  // A filter that was put on since the call was tried; this sleep ends at once, the next ones are
  // on one word.
  waitvState.store(Waitv::absent, std::memory_order_relaxed);
  return Sleep::woken;
}

}  // namespace

Sleep sleepOn(std::span<const FutexExpectation> words, TimePoint deadline) noexcept {
  timespec absolute{};
  const timespec* until = nullptr;
  if (deadline != forever) {
    // The kernel takes much longer to find a deadline past than the clock takes to read.
    if (std::chrono::steady_clock::now() >= deadline) return Sleep::timedOut;
    absolute = timespecOf(deadline);
    until = &absolute;
  }
  if (words.size() > 1 && sleepsOnSeveralWords()) return sleepOnAny(words, until);
  return sleepOnOne(words.front(), until);
}

int wakeAll(const void* word) noexcept {
  const long woken = syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  return static_cast<int>(std::max(woken, 0L));
}

bool sleepsOnSeveralWords() noexcept {
  Waitv state = waitvState.load(std::memory_order_relaxed);
  if (state == Waitv::unknown) {
    // Nothing to wait for is EINVAL where the call exists; a filter says ENOSYS or EPERM.
    const long result = syscall(futexWaitvCall, nullptr, 0, 0, nullptr, CLOCK_MONOTONIC);
    state = result < 0 && errno == EINVAL ? Waitv::present : Waitv::absent;
    waitvState.store(state, std::memory_order_relaxed);
  }
  return state == Waitv::present;
}

void yieldProcessor() noexcept {
  sched_yield();
}

}  // namespace sluice::detail
