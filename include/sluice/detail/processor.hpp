// What a thread may tell the processor and the scheduler.
#pragma once

#include "sluice/c/linkage.h"

namespace sluice::detail {

/// This thread spins (PAUSE on x86, YIELD on ARM).
inline void spinHint() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Gives the rest of the time slice away.
SLUICE_API void yieldProcessor() noexcept;

/// Asks for the line at that address in order to write it: other cores give it up. Any address will
/// do, mapped or not. A hint; on x86 the instruction PREFETCHW, which processors
/// without it take for none.
inline void prefetchForWrite(const void* address) noexcept {
#if defined(__x86_64__)
  // The compiler's own form loads the line to be shared unless it is told of PREFETCHW.
  asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(address)));
#else
  __builtin_prefetch(address, 1);
#endif
}

}  // namespace sluice::detail
