#include "sluice/detail/lull.hpp"

#include <algorithm>

namespace sluice::detail {

void Lull::pass(Sequence last, TimePoint deadline) noexcept {
  const Time time = after(last - last_);
  last_ = last;
  if (time == Time::zero()) return;
  const auto end = std::min(std::chrono::steady_clock::now() + time, deadline);
  do {
    strategy_.idleInLull();
  } while (std::chrono::steady_clock::now() < end);
}

Lull::Time Lull::after(std::uint64_t found) noexcept {
  const Time longest = strategy_.longestLull();
  const auto enough = static_cast<std::uint64_t>(time_ / sparsest);
  if (time_ == Time::zero())
    time_ = found > 1 ? std::min(shortest, longest) : Time::zero();
  else if (found > enough)
    time_ = std::min(2 * time_, longest);
  else
    time_ = Time::zero();
  return time_;
}

}  // namespace sluice::detail
