#include "sluice/core/lull.hpp"

#include <algorithm>

#include "sluice/platform/futex.hpp"

namespace sluice {

void Lull::pass(Sequence last) noexcept {
  const Time time = after(last - last_);
  last_ = last;
  if (time == Time::zero()) return;
  const auto end = std::chrono::steady_clock::now() + time;
  do {
    platform::spinHint();
  } while (std::chrono::steady_clock::now() < end);
}

Lull::Time Lull::after(std::uint64_t found) noexcept {
  constexpr auto enough = static_cast<std::uint64_t>(longest / sparsest);
  if (time_ == Time::zero())
    time_ = found > 1 ? shortest : Time::zero();
  else if (sparsest * std::min(found, enough) >= time_)
    time_ = std::min(2 * time_, longest);
  else
    time_ = Time::zero();
  return time_;
}

}  // namespace sluice
