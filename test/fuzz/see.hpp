// Reads that no compiler leaves out.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice::fuzz {

inline void see(std::uint64_t number) {
  static std::atomic<std::uint64_t> seen{0};
  seen.fetch_xor(number, std::memory_order_relaxed);
}

}  // namespace sluice::fuzz
