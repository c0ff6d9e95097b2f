#include "waiting/joint_sleep.hpp"

#include <algorithm>
#include <chrono>

#include "os/futex.hpp"
#include "os/slice.hpp"

namespace sluice::detail {

void JointSleep::sleepOn(std::span<const WatchedWord> words, TimePoint until) {
  // Without futex_waitv no thread sleeps on more than one.
  bool isWhole = words.size() == 1 || sleepsOnSeveralWords();
  const bool isAlone = words.size() <= maxFutexWords || !isWhole;
  const std::size_t most = isAlone ? words.size() : maxFutexWords - 1;
  own_.clear();
  for (const WatchedWord& watched : words.first(most))
    own_.push_back(watched.word);
  if (isAlone) {
    leave();
  } else {
    own_.push_back({&news_, news_.load(std::memory_order_acquire)});
    isWhole = share(words.subspan(most));
  }
  if (!isWhole) until = std::min(until, std::chrono::steady_clock::now() + lookingSlice);
  detail::sleepOn(own_, until);  // [W5] pairs with [P4] [R1]
  passOnDeaths(words);
}

/// False where a thread is missing.
bool JointSleep::share(std::span<const WatchedWord> words) {
  bool isShared = true;
  const std::size_t needed =
      (words.size() + SleepingThread::maxWords - 1) / SleepingThread::maxWords;
  threads_.resize(std::min(threads_.size(), needed));
  while (threads_.size() < needed)
    threads_.push_back(std::make_unique<SleepingThread>(news_));
  for (const auto& thread : threads_) {
    const std::size_t some = std::min(words.size(), SleepingThread::maxWords);
    isShared = thread->sleepOn(words.first(some)) && isShared;
    words = words.subspan(some);
  }
  return isShared;
}

}  // namespace sluice::detail
