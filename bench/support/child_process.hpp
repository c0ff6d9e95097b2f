// A process that a benchmark starts.
#pragma once

#include <sys/types.h>

#include <functional>

namespace sluice::bench {

/// Runs a function in a forked child, which exits when it returns; an exception is printed and
/// makes the exit status 1. Killed and reaped at the end.
class ChildProcess {
 public:
  explicit ChildProcess(const std::function<void()>& run);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void kill() const noexcept;

  pid_t pid() const noexcept { return pid_; }

  /// Asks it to end, and waits until it has, if it is still there.
  void terminate() noexcept;

  /// True while its first thread sleeps in that system call.
  bool isAsleepIn(long systemCall) const;

  /// Throws when it has ended already.
  void mustRun() const;

  /// Waits for its end; throws unless it ends with status 0, and within a minute.
  void mustSucceed();

 private:
  pid_t pid_ = -1;
};

}  // namespace sluice::bench
