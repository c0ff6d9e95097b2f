// The page that the processes of one round share.
#pragma once

#include <sched.h>
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>

namespace sluice::bench {

/// Where a round has got to, and its two points of time. Make it before the children; every process
/// may use all of it. The clock is CLOCK_MONOTONIC, which all processors share.
class Stage {
 public:
  using Clock = std::chrono::steady_clock;

  Stage() : shared_(new (map()) Shared) {}
  ~Stage() { ::munmap(shared_, sizeof(Shared)); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  void reach(std::uint32_t step) noexcept { shared_->step.store(step, std::memory_order_release); }
  bool hasReached(std::uint32_t step) const noexcept {
    return shared_->step.load(std::memory_order_acquire) >= step;
  }
  void await(std::uint32_t step) const noexcept {
    while (!hasReached(step))
      ::sched_yield();
  }

  /// Taken by the killer just before it kills.
  void takeKilled() noexcept { shared_->killed = Clock::now(); }
  /// Taken by the survivor as soon as it knows.
  void takeReturned() noexcept { shared_->returned = Clock::now(); }
  /// Once the survivor has ended.
  std::chrono::nanoseconds elapsed() const noexcept { return shared_->returned - shared_->killed; }

  /// A word for a futex; 0 at first.
  std::atomic<std::uint32_t>& word() noexcept { return shared_->word; }

 private:
  struct Shared {
    std::atomic<std::uint32_t> step{0};
    Clock::time_point killed;
    Clock::time_point returned;
    alignas(64) std::atomic<std::uint32_t> word{0};
  };

  static void* map() {
    void* const page =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::bad_alloc();
    return page;
  }

  Shared* shared_;
};

}  // namespace sluice::bench
