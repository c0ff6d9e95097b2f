// Another thread that is to learn of a death.
#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "os/futex.hpp"
#include "support/eventually.hpp"
#include "support/process_facts.hpp"

namespace sluice::detail {

/// A thread that sleeps on a lifeline that is marked already: it came after the kernel's one wake.
class LateSleeper {
 public:
  explicit LateSleeper(const std::atomic<std::uint32_t>& lifeline)
      : thread_([this, &lifeline] {
          id_ = static_cast<pid_t>(::syscall(SYS_gettid));
          const FutexExpectation marked{&lifeline, markedLifeline};
          result_ =
              sleepOn({&marked, 1}, std::chrono::steady_clock::now() + std::chrono::seconds(60));
          isAwake_ = true;
        }) {}

  bool fallsAsleep() {
    return testing::eventually([this] { return id_ != 0 && testing::isAsleepOnFutex(id_); });
  }
  bool isWoken() {
    return testing::eventually([this] { return isAwake_.load(); }, std::chrono::seconds(120)) &&
           result_ == Sleep::woken;
  }

  static constexpr std::uint32_t markedLifeline = 0x4000'0000U | 17;

 private:
  std::atomic<pid_t> id_{0};
  std::atomic<Sleep> result_{Sleep::timedOut};
  std::atomic<bool> isAwake_{false};
  std::jthread thread_;
};

}  // namespace sluice::detail
