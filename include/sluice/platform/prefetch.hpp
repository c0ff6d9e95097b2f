// Asking for a cache line before it is needed.
#pragma once

namespace sluice::platform {

/// Asks for the line at that address in order to write it: other cores give it up. Any address will
/// do, also one that is not mapped. A hint; on x86 the instruction PREFETCHW, which processors
/// without it take for none.
inline void prefetchForWrite(const void* address) noexcept {
#if defined(__x86_64__)
  // The compiler's own form loads the line to be shared unless it is told of PREFETCHW.
  asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(address)));
#else
  __builtin_prefetch(address, 1);
#endif
}

}  // namespace sluice::platform
