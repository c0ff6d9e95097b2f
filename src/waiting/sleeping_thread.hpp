// A thread that sleeps on words for another thread, which has more of them than it can sleep on.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "os/futex.hpp"
#include "os/process_stamp.hpp"
#include "sluice/detail/futex_expectation.hpp"

namespace sluice::detail {

/// Sleeps on up to maxWords words, and when one of them wakes it, raises the word `news` and wakes
/// the thread that sleeps on that. Used by one thread; the word must outlive it.
class SleepingThread {
 public:
  /// One word of a sleep is this thread's own.
  static constexpr std::size_t maxWords = maxFutexWords - 1;

  explicit SleepingThread(std::atomic<std::uint32_t>& news);
  /// The thread ends, and this waits for that, unless this is a forked child, which has no such
  /// thread.
  ~SleepingThread();
  SleepingThread(const SleepingThread&) = delete;
  SleepingThread& operator=(const SleepingThread&) = delete;

  /// Sleeps on these from here on, in place of those before; until one wakes it, which it does at
  /// once where a word no longer has its value. False where no thread can be started.
  bool sleepOn(std::span<const FutexExpectation> words);

 private:
  struct State;

  std::shared_ptr<State> state_;
  ProcessStamp process_ = ProcessStamp::current();
};

}  // namespace sluice::detail
