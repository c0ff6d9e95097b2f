#include "os/stand_in.hpp"

#include <pthread.h>
#include <sys/mman.h>

#include <cstring>
#include <mutex>

namespace sluice::detail {
/// All of this process. The mutex is held across a fork, so that the child's list is whole.
struct StandIn::Registry {
  std::mutex mutex;
  StandIn* first = nullptr;

  /// Never destroyed, as a thread may fork while the process ends.
  static Registry& ofThisProcess() {
    static Registry* const registry = [] {
      ::pthread_atfork([] { ofThisProcess().mutex.lock(); }, [] { ofThisProcess().mutex.unlock(); },
                       [] { ofThisProcess().onChild(); });
      return new Registry;
    }();
    return *registry;
  }

  /// In a child of a process with threads only what is safe in a signal's handler may be called.
  void onChild() noexcept {
    forks.fetch_add(1, std::memory_order_relaxed);
    for (StandIn* each = first; each != nullptr; each = each->next_) {
      each->word_.store(~std::uint64_t{0}, std::memory_order_relaxed);
      put(*each);
    }
    // A child of this child inherits what was put there.
    first = nullptr;
    mutex.unlock();
  }

  static void put(const StandIn& range) noexcept {
#ifndef MAP_FIXED_NOREPLACE
    constexpr int MAP_FIXED_NOREPLACE = 0x100000;
#endif
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void* const at = ::mmap(range.base_, range.size_, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (at == MAP_FAILED) return;
    // An older kernel takes the address for a hint.
    if (at != range.base_)
      ::munmap(at, range.size_);
    else
      std::memset(range.base_ + range.ones_.offset, 0xff, range.ones_.size);
  }
};

StandIn::StandIn(std::byte* base, std::uint64_t size, Part ones)
    : base_(base), size_(size), ones_(ones) {
  Registry& registry = Registry::ofThisProcess();
  const std::lock_guard lock(registry.mutex);
  madeAt_ = forkDepth();
  next_ = registry.first;
  if (next_ != nullptr) next_->previous_ = this;
  registry.first = this;
}

StandIn::~StandIn() {
  Registry& registry = Registry::ofThisProcess();
  const std::lock_guard lock(registry.mutex);
  if (madeAt_ != forkDepth()) return;
  (previous_ != nullptr ? previous_->next_ : registry.first) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
}

}  // namespace sluice::detail
