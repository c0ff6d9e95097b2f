// A thread that sleeps on words for another thread, which has more of them than it can sleep on.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include "os/futex.hpp"
#include "os/own_thread.hpp"
#include "waiting/watched_word.hpp"

namespace sluice::detail {

/// Sleeps on up to maxWords words, and when one of them wakes it, passes on a death, raises the
/// word `news` and wakes the thread that sleeps on that. Used by one thread; the word must outlive
/// it, and so must all that it ever slept on.
class SleepingThread {
 public:
  /// One word of a sleep is this thread's own.
  static constexpr std::size_t maxWords = maxFutexWords - 1;

  explicit SleepingThread(std::atomic<std::uint32_t>& news) noexcept : news_(news) {}
  /// The thread ends, and this waits for that.
  ~SleepingThread();
  SleepingThread(const SleepingThread&) = delete;
  SleepingThread& operator=(const SleepingThread&) = delete;

  /// Sleeps on these from here on, in place of those before; until one wakes it, which it does at
  /// once where a word no longer has its value. False where no thread can be started.
  bool sleepOn(std::span<const WatchedWord> words);

 private:
  void serve();
  /// How many words to sleep on; 0 when the thread is to end. The control word is the first:
  /// without futex_waitv the sleep is on that alone.
  std::size_t take(std::array<WatchedWord, maxFutexWords>& to);
  /// False where the owner has changed something meanwhile, so that there is nothing to tell.
  bool tell(std::uint32_t turn);

  std::atomic<std::uint32_t>& news_;
  std::mutex mutex_;
  std::array<WatchedWord, maxWords> words_{};
  std::size_t count_ = 0;
  bool hasWoken_ = true;  // the words were told of
  bool isUnwanted_ = false;
  std::atomic<std::uint32_t> control_{0};  // raised at each change of the above by the owner
  OwnThread thread_;
};

}  // namespace sluice::detail
