// What a waiter does while there is nothing for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "sluice/detail/processor.hpp"

namespace sluice {

/// Looks again and again for `spins` looks, then gives its time slice away for `yields` looks, then
/// sleeps until it is woken. A value that each participant holds for itself: no two need agree.
/// A consumer that has caught up with a dense stream stays away from it for a lull first. What each
/// costs is in docs/performance.md.
struct WaitStrategy {
  static constexpr std::uint32_t always = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t spins = 100;
  std::uint32_t yields = 30;

  /// Never gives the processor away, and lulls are short: the lowest latency, one whole core.
  static constexpr WaitStrategy busySpin() noexcept { return {always, 0}; }
  /// Never sleeps, but lets others run, in lulls too: for more participants than cores.
  static constexpr WaitStrategy spinThenYield(std::uint32_t spins = 20) noexcept {
    return {spins, always};
  }
  /// Sleeps when that did not help, after some 25 us: no processor time while idle.
  static constexpr WaitStrategy spinThenSleep(std::uint32_t spins = 100,
                                              std::uint32_t yields = 30) noexcept {
    return {spins, yields};
  }
  /// Sleeps at once.
  static constexpr WaitStrategy sleepAtOnce() noexcept { return {0, 0}; }

  /// The longest lull: zero for a strategy that sleeps at once.
  constexpr std::chrono::nanoseconds longestLull() const noexcept {
    using namespace std::chrono_literals;
    if (spins == 0 && yields != always) return 0ns;
    return spins == always ? 800ns : 12'800ns;
  }

  /// Passes some of a lull: a strategy that sleeps in the end spins, as a lull is over before a
  /// sleep would be.
  void idleInLull() const noexcept {
    if (yields == always)
      detail::yieldProcessor();
    else
      detail::spinHint();
  }

  /// Passes the time before look number `round` + 1; false when it is time to sleep.
  bool idle(std::uint32_t round) const noexcept {
    if (round < spins || spins == always) {
      detail::spinHint();
      return true;
    }
    if (round - spins < yields || yields == always) {
      detail::yieldProcessor();
      return true;
    }
    return false;
  }
};

}  // namespace sluice
