#include "segment/lease_patience.hpp"

#include <algorithm>
#include <cstdint>

#include "os/futex.hpp"

namespace sluice::detail {
namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::microseconds shortestPause{100};
constexpr std::chrono::milliseconds longestPause{10};

}  // namespace

LeasePatience::LeasePatience()
    : deadline_(std::chrono::steady_clock::now() + patience), pause_(shortestPause) {}

bool LeasePatience::sleep() {
  const auto now = std::chrono::steady_clock::now();
  if (now >= deadline_) return false;
  const std::uint32_t never = 0;
  const FutexExpectation nothing{&never, 0};
  sleepOn({&nothing, 1}, now + pause_);
  pause_ = std::min<std::chrono::microseconds>(2 * pause_, longestPause);
  return true;
}

}  // namespace sluice::detail
