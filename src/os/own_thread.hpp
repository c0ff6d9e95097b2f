// A thread that belongs to an object.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "os/detached_thread.hpp"
#include "os/process_stamp.hpp"

namespace sluice::detail {

/// Runs one function on a thread of the library. What the function uses must live until join() has
/// returned. Used by one thread.
class OwnThread {
 public:
  OwnThread() = default;
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;
  ~OwnThread() { join(); }

  /// Starts it; `name` is of at most 15 bytes, and lives as long as the thread. 0, or an error
  /// number, and then it may be started again.
  int start(const char* name, Scheduling scheduling, std::function<void()> run);

  /// It was started and not joined, and this is not a forked child, which has no such thread.
  bool isRunning() const noexcept { return ended_ != nullptr && process_.isCurrent(); }

  /// Waits until the function has returned, which its owner has seen to, if it is running.
  void join() noexcept;

 private:
  using EndedWord = std::atomic<std::uint32_t>;

  std::shared_ptr<EndedWord> ended_;  // 1: nothing of the owner is used any more
  ProcessStamp process_{};
};

}  // namespace sluice::detail
