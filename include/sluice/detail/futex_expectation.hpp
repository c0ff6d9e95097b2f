// A word to sleep on.
#pragma once

#include <cstdint>

namespace sluice::detail {

/// A 32-bit word, aligned to 4, and the value with which it is worth sleeping. The mapping may be
/// read-only.
struct FutexExpectation {
  const void* word;
  std::uint32_t value;
};

}  // namespace sluice::detail
