// The word on which the kernel announces this process's death.
#pragma once

#include <atomic>
#include <cstdint>

#include "liveness/robust_list.hpp"
#include "os/process_stamp.hpp"

namespace sluice::detail {

/// Keeps a shared word tied to this process's keeper: it holds the keeper's thread id with
/// FUTEX_WAITERS set, and the kernel marks it with FUTEX_OWNER_DIED when the process is killed,
/// exits or becomes another program (a failed exec changes nothing, nor does the end of any other
/// thread). 0 where the system has no robust futexes. Destroying it stores 0; in a forked child,
/// which has none of it, that does nothing. The mark says that the keeper died: other threads of
/// the process may still be inside a system call for a moment. A lease says when all of it is gone.
class Lifeline {
 public:
  /// An empty one: no word.
  Lifeline() noexcept = default;

  /// `word` stays mapped for as long as this object lives, and so does a private page of this
  /// process RobustList::nodeDistance before it. Throws sluice::Exception where no thread can be
  /// started.
  explicit Lifeline(std::atomic<std::uint32_t>& word);
  /// The same from inside a job of the keeper whose list that is.
  Lifeline(std::atomic<std::uint32_t>& word, RobustList& list) noexcept;

  Lifeline(Lifeline&& other) noexcept;
  Lifeline& operator=(Lifeline&& other) noexcept;
  ~Lifeline();

 private:
  std::atomic<std::uint32_t>* word_ = nullptr;
  ProcessStamp process_;
};

}  // namespace sluice::detail
