// The fences of the protocol, behind names that say what they are for.
//
// The wake protocol needs a store and a later load of one side ordered against the same of the
// other side (store buffering). `light` is the side that must cost nothing, `heavy` the side that
// is about to sleep anyway. See docs/memory-model.md.
#pragma once

#include <atomic>
#include <cstdint>

#include "sluice/c/linkage.h"
#include "sluice/policy.hpp"

namespace sluice::detail {

/// Registers this process as a target of membarrier(GLOBAL_EXPEDITED), once; about 10 us alone and
/// 10 ms with other threads running. Inherited by fork, lost by exec. False where the kernel has
/// no such command or a filter forbids it: such a process cannot publish under
/// WakeProtocol::membarrier. Thread-safe.
SLUICE_API bool registerForMembarrier() noexcept;

/// The system call behind heavyFence, out of line; false when the kernel refuses it.
SLUICE_API bool membarrierGlobalExpedited() noexcept;

#if defined(__SANITIZE_THREAD__)
#define SLUICE_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SLUICE_THREAD_SANITIZER 1
#endif
#endif

#if defined(SLUICE_THREAD_SANITIZER)
// ThreadSanitizer does not model fences; a read-modify-write on one word orders the same things.
inline std::atomic<std::uint32_t> fenceWord{0};
inline void fullFence() noexcept {
  fenceWord.fetch_add(1, std::memory_order_seq_cst);
}
inline void acquireFence() noexcept {
  fenceWord.fetch_add(1, std::memory_order_acq_rel);
}
inline void releaseFence() noexcept {
  fenceWord.fetch_add(1, std::memory_order_acq_rel);
}
#else
/// Orders every access before it against every access after it.
inline void fullFence() noexcept {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
/// Orders loads before it against every access after it; no instruction on x86.
inline void acquireFence() noexcept {
  std::atomic_thread_fence(std::memory_order_acquire);
}
/// Orders every access before it against stores after it; no instruction on x86.
inline void releaseFence() noexcept {
  std::atomic_thread_fence(std::memory_order_release);
}
#endif

/// The publisher's side, between its store of the cursor and its load of the doorbell.
inline void lightFence(WakeProtocol protocol) noexcept {
  if (protocol == WakeProtocol::membarrier) [[likely]]
    std::atomic_signal_fence(std::memory_order_seq_cst);
  else
    fullFence();
}

/// The sleeper's side, between its store to the doorbell and its last look at the cursor. False
/// when a filter refuses the system call by now: nothing is ordered then.
[[nodiscard]] inline bool heavyFence(WakeProtocol protocol) noexcept {
  fullFence();
  return protocol != WakeProtocol::membarrier || membarrierGlobalExpedited();
}

}  // namespace sluice::detail
