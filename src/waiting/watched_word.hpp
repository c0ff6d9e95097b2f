// A word to sleep on, of one thread for others.
#pragma once

#include <span>

#include "os/futex.hpp"
#include "sluice/detail/futex_expectation.hpp"

namespace sluice::detail {

/// A word that a ring depends on.
struct WatchedWord {
  FutexExpectation word;
  bool isLifeline = false;  ///< the kernel wakes one of its sleepers, which wakes the others
};

/// For a thread that has slept on these, whatever woke it: the kernel's one wake may have been its.
inline void passOnDeaths(std::span<const WatchedWord> sleptOn) noexcept {
  for (const WatchedWord& watched : sleptOn)
    if (watched.isLifeline && valueOf(watched.word) != watched.word.value)
      wakeAll(watched.word.word);  // [D1] pairs with [D0]
}

}  // namespace sluice::detail
