// Whether this is still the process that something was made in.
#pragma once

#include <cstdint>

namespace sluice::detail {

/// Tells a process from each of its ancestors, also where both have the same number: the first of a
/// container's process is number 1, and so is its child in a namespace of its own. A copy of a
/// stamp, kept beside what a fork copies but must not use, shows that it is a copy.
struct ProcessStamp {
  std::uint64_t pid = 0;
  std::uint64_t forks = 0;  ///< how many of its ancestors had a stamp, and 1

  /// The calling process's. Any thread.
  static ProcessStamp current() noexcept;

  bool isCurrent() const noexcept { return *this == current(); }

  friend bool operator==(const ProcessStamp&, const ProcessStamp&) = default;
};

}  // namespace sluice::detail
