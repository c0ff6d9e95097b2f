// The one object of a kind that a process has.
#pragma once

#include <atomic>
#include <memory>

#include "os/process_stamp.hpp"

namespace sluice::detail {

/// Made when it is first asked for, and never destroyed: a process may end at any moment. A forked
/// child gets its own, and leaves its parent's alone, whatever state the fork found that in. `T`
/// has this as a friend where its constructor is private.
template <class T>
class PerProcess {
 public:
  /// Thread-safe.
  static T& get() {
    Kept* seen = current.load(std::memory_order_acquire);
    while (seen == nullptr || !seen->process.isCurrent()) {
      std::unique_ptr<Kept> fresh(new Kept);
      fresh->inherited = seen;
      if (current.compare_exchange_strong(seen, fresh.get(), std::memory_order_acq_rel,
                                          std::memory_order_acquire))
        return fresh.release()->object;
    }
    return seen->object;
  }

 private:
  struct Kept {
    T object;
    ProcessStamp process = ProcessStamp::current();
    const Kept* inherited = nullptr;  // keeps a parent's reachable: leaked, but not lost
  };

  static inline std::atomic<Kept*> current{nullptr};
};

}  // namespace sluice::detail
