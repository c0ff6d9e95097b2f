// The one quiet thread a process has while it takes part in segments.
#pragma once

#include <functional>

#include "liveness/robust_list.hpp"
#include "os/isolated_thread.hpp"
#include "os/per_process.hpp"

namespace sluice::detail {

/// The thread whose death the kernel announces as the process's, and on which leases are taken. It
/// has a descriptor table of its own and ordinary scheduling. Its jobs are a few system calls each,
/// so nobody waits long for another's. It ends when nothing is tied to its life, and when it is the
/// last thread of a process whose main thread has ended.
class Keeper {
 public:
  /// This process's keeper. A forked child gets its own, which holds nothing. Thread-safe.
  static Keeper& ofThisProcess();

  /// As IsolatedThread::run. A job is microseconds long, but where all memory of the process is
  /// locked (mlockall): there a job that maps a ring also touches each page of it.
  void run(const std::function<void()>& job) { thread_.run(job); }

  /// What the kernel marks when this thread dies, which it does with the process. Only from inside
  /// a job.
  RobustList& robustList() noexcept { return deaths_; }

  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

 private:
  friend class PerProcess<Keeper>;
  Keeper();

  RobustList deaths_;
  IsolatedThread thread_;
};

}  // namespace sluice::detail
