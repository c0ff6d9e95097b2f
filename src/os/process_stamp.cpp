#include "os/process_stamp.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <new>

#include "os/mapping.hpp"

namespace sluice::detail {
namespace {

using Count = std::atomic<std::uint64_t>;

/// A word that is 0 again in every forked child; null where the kernel cannot wipe it.
Count* mapWiped() noexcept {
  void* const page =
      ::mmap(nullptr, pageSize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  if (::madvise(page, pageSize(), MADV_WIPEONFORK) == 0) return new (page) Count{0};
  ::munmap(page, pageSize());
  return nullptr;
}

/// Made by whichever thread comes first, without a lock that a fork could leave held.
Count* wipedWord() noexcept {
  static std::atomic<Count*> word{nullptr};
  Count* seen = word.load(std::memory_order_acquire);
  if (seen != nullptr) return seen;
  Count* const fresh = mapWiped();
  if (fresh == nullptr) return nullptr;
  if (word.compare_exchange_strong(seen, fresh, std::memory_order_acq_rel,
                                   std::memory_order_acquire))
    return fresh;
  ::munmap(fresh, pageSize());
  return seen;
}

}  // namespace

ProcessStamp ProcessStamp::current() noexcept {
  // Copied by a fork, and so always what the parent's count was, or more.
  static constinit Count lastCount{0};
  const auto pid = static_cast<std::uint64_t>(::getpid());
  Count* const wiped = wipedWord();
  if (wiped == nullptr) return {pid, 0};
  std::uint64_t count = wiped->load(std::memory_order_acquire);
  if (count == 0) {
    const std::uint64_t next = lastCount.fetch_add(1, std::memory_order_relaxed) + 1;
    const bool isFirst = wiped->compare_exchange_strong(count, next, std::memory_order_acq_rel,
                                                        std::memory_order_acquire);
    if (isFirst) count = next;
  }
  return {pid, count};
}

}  // namespace sluice::detail
