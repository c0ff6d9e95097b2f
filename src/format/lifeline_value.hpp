// What the word of a lifeline says.
#pragma once

#include <cstdint>

namespace sluice::detail {

/// What a lifeline's word says; the bits are the kernel's robust-futex protocol.
struct LifelineValue {
  std::uint32_t word;

  /// The keeper's thread id as its own pid namespace counts it; 0 is nobody.
  constexpr std::uint32_t thread() const noexcept { return word & 0x3fff'ffffU; }
  /// The kernel has seen the keeper die.
  constexpr bool ownerDied() const noexcept { return (word & 0x4000'0000U) != 0; }
  /// Sleepers ask to be woken at the death.
  constexpr bool hasWaiters() const noexcept { return (word & 0x8000'0000U) != 0; }
};

}  // namespace sluice::detail
