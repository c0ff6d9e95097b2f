// What a forked child has in place of memory that it does not inherit.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sluice::detail {

/// Counted by each child.
inline constinit std::atomic<std::uint32_t> forks{0};

/// How many forks this process is away from the first of its ancestors that had a stand-in. A copy
/// of the number that differs shows that it was made in an ancestor. Costs a load; a child that was
/// made past the C library (clone) has its parent's number. Any thread.
inline std::uint32_t forkDepth() noexcept {
  return forks.load(std::memory_order_relaxed);
}

/// A range of addresses that is not inherited by fork. As long as this lives, each forked child
/// gets private memory there, so that a thread of the child which touches it meets nothing, and
/// does not end the child: zeros, and ones in one part of it. A child that has something else there
/// by then keeps that. The memory is the child's until it ends.
class StandIn {
 public:
  /// A part of the range, from its beginning on.
  struct Part {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  StandIn(std::byte* base, std::uint64_t size, Part ones);
  ~StandIn();
  StandIn(const StandIn&) = delete;
  StandIn& operator=(const StandIn&) = delete;

  /// A word of this process alone, which this class leaves at zero; ones in each forked child.
  std::atomic<std::uint64_t>& word() noexcept { return word_; }

 private:
  struct Registry;

  std::byte* base_;
  std::uint64_t size_;
  Part ones_;
  std::uint32_t madeAt_;
  std::atomic<std::uint64_t> word_{0};
  StandIn* previous_ = nullptr;
  StandIn* next_ = nullptr;
};

}  // namespace sluice::detail
