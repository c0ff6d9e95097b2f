// A thread with a descriptor table of its own.
#pragma once

#include <functional>
#include <memory>

#include "os/detached_thread.hpp"

namespace sluice::detail {

/// Runs jobs one after another on a thread with a descriptor table of its own: what a job opens no
/// forked child inherits, and no other code of the process can reach or close. The thread blocks
/// every signal and sleeps when it has nothing to do. A job that has a descriptor open which can be
/// written allocates nothing: a tracer that hooks malloc may write into that number.
class IsolatedThread {
 public:
  /// What the thread does besides its jobs, on itself.
  struct Duties {
    std::function<void()> begin{};   ///< when it has started
    std::function<bool()> mayEnd{};  ///< after a second without a job: true ends it; a job starts
                                     ///< another
  };

  /// `name` is of at most 15 bytes, and lives as long as the thread. Starts nothing yet.
  IsolatedThread(const char* name, Scheduling scheduling, Duties duties);
  /// The thread ends, and this waits for that, unless this is a forked child, which has no such
  /// thread.
  ~IsolatedThread();
  IsolatedThread(const IsolatedThread&) = delete;
  IsolatedThread& operator=(const IsolatedThread&) = delete;

  /// Runs the job on the thread and returns when it is done; an exception of the job is thrown
  /// here. Throws sluice::Exception where no thread can be started. The caller is not cancelled
  /// meanwhile. Thread-safe; not from inside a job.
  void run(const std::function<void()>& job);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sluice::detail
