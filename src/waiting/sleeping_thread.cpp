#include "waiting/sleeping_thread.hpp"

#include <algorithm>

namespace sluice::detail {
namespace {

bool areEqual(const WatchedWord& a, const WatchedWord& b) noexcept {
  return a.word.word == b.word.word && a.word.value == b.word.value;
}

}  // namespace

std::size_t SleepingThread::take(std::array<WatchedWord, maxFutexWords>& to) {
  const std::lock_guard lock(mutex_);
  if (isUnwanted_) return 0;
  const std::size_t others = hasWoken_ ? 0 : count_;
  to[0] = {{&control_, control_.load(std::memory_order_relaxed)}};
  std::copy_n(words_.begin(), others, to.begin() + 1);
  return 1 + others;
}

bool SleepingThread::tell(std::uint32_t turn) {
  const std::lock_guard lock(mutex_);
  if (control_.load(std::memory_order_relaxed) != turn) return false;
  hasWoken_ = true;
  news_.fetch_add(1, std::memory_order_release);
  return true;
}

void SleepingThread::serve() {
  std::array<WatchedWord, maxFutexWords> own;
  std::array<FutexExpectation, maxFutexWords> words;
  while (const std::size_t taken = take(own)) {
    std::transform(own.begin(), own.begin() + taken, words.begin(),
                   [](const WatchedWord& watched) { return watched.word; });
    detail::sleepOn(std::span(words.data(), taken), forever);  // [W5] pairs with [P4] [R1]
    passOnDeaths(std::span(own.data(), taken));
    if (taken > 1 && tell(words[0].value)) wakeAll(&news_);
  }
}

SleepingThread::~SleepingThread() {
  // A forked child may find the mutex locked, by a thread that it does not have.
  if (!thread_.isRunning()) return;
  {
    const std::lock_guard lock(mutex_);
    isUnwanted_ = true;
    control_.fetch_add(1, std::memory_order_relaxed);
  }
  wakeAll(&control_);
  thread_.join();
}

bool SleepingThread::sleepOn(std::span<const WatchedWord> words) {
  {
    const std::lock_guard lock(mutex_);
    const bool isSame =
        thread_.isRunning() && !hasWoken_ &&
        std::equal(words.begin(), words.end(), words_.begin(), words_.begin() + count_, areEqual);
    if (isSame) return true;
    count_ = std::min(words.size(), maxWords);
    std::copy_n(words.begin(), count_, words_.begin());
    hasWoken_ = false;
    control_.fetch_add(1, std::memory_order_relaxed);
  }
  if (!thread_.isRunning())
    return thread_.start("sluice-sleeper", Scheduling::asCaller, [this] { serve(); }) == 0;
  wakeAll(&control_);
  return true;
}

}  // namespace sluice::detail
