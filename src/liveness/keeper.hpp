// The one quiet thread a process has while it is attached to segments.
#pragma once

#include <functional>
#include <memory>

#include "liveness/robust_list.hpp"

namespace sluice::detail {

/// Runs jobs on a thread with a descriptor table of its own. What a job opens, no forked child
/// inherits and no other code of the process can close; so an open-file-description lock taken
/// there is held exactly until it is given up or the process dies. The thread blocks every signal
/// and sleeps when it has nothing to do.
class Keeper {
 public:
  /// This process's keeper, started at the first call. A forked child gets its own, which holds
  /// nothing. Throws sluice::Exception where no thread can be started. Thread-safe.
  static Keeper& ofThisProcess();

  /// Runs the job on the keeper thread and returns when it is done; an exception of the job is
  /// thrown here. Jobs run one after another. Thread-safe; not from inside a job.
  void run(const std::function<void()>& job);

  /// What the kernel marks when this thread dies, which it does with the process. Only from inside
  /// a job.
  RobustList& robustList() noexcept;

  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

 private:
  Keeper();
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sluice::detail
