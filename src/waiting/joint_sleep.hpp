// One sleep on any number of words.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sluice/detail/futex_expectation.hpp"
#include "sluice/detail/time_point.hpp"
#include "waiting/sleeping_thread.hpp"
#include "waiting/watched_word.hpp"

namespace sluice::detail {

/// Sleeps on as many words as the kernel allows itself, and on the others by threads of its own,
/// which stay until the sleep has room for all again. Used by one thread.
class JointSleep {
 public:
  JointSleep() = default;
  JointSleep(const JointSleep&) = delete;
  JointSleep& operator=(const JointSleep&) = delete;

  /// Until a wake, a value that differs, or the time; may return early, and does soon where not all
  /// words can be slept on. Deaths are passed on, by the
  /// threads too, so the words must stay mapped until leave().
  void sleepOn(std::span<const WatchedWord> words, TimePoint until);
  /// No thread sleeps on any of the words.
  void leave() noexcept { threads_.clear(); }

 private:
  bool share(std::span<const WatchedWord> words);

  std::atomic<std::uint32_t> news_{0};
  std::vector<FutexExpectation> own_;
  std::vector<std::unique_ptr<SleepingThread>> threads_;
};

}  // namespace sluice::detail
