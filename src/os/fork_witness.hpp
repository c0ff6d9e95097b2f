// Whether the process was forked in between.
#pragma once

namespace sluice::detail {

/// Tells whether the process was forked since this object was made. A fork makes private memory
/// read-only until the next store to it, which then faults; other faults only look like a fork.
/// Allocates nothing. One thread.
class ForkWitness {
 public:
  ForkWitness() noexcept;
  ~ForkWitness();
  ForkWitness(const ForkWitness&) = delete;
  ForkWitness& operator=(const ForkWitness&) = delete;

  /// There was memory for it.
  bool isGood() const noexcept { return page_ != nullptr; }
  bool sawFork() const noexcept;

 private:
  void store() const noexcept { *static_cast<volatile char*>(page_) = 1; }

  void* page_;
};

}  // namespace sluice::detail
