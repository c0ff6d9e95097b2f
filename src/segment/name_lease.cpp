#include "segment/name_lease.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "format/segment_view.hpp"
#include "os/futex.hpp"

namespace sluice::detail {
namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::microseconds shortestPause{100};
constexpr std::chrono::milliseconds longestPause{10};

void sleepFor(std::chrono::microseconds pause) {
  const std::uint32_t never = 0;
  const FutexExpectation nothing{&never, 0};
  sleepOn({&nothing, 1}, std::chrono::steady_clock::now() + pause);
}

}  // namespace

Result<Lease> takeName(const SegmentPath& path, const LeaseFile& leases, NameUse use) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (std::chrono::microseconds pause = shortestPause;;) {
    auto taken =
        use == NameUse::join ? Lease::tryShare(leases, nameByte) : Lease::tryTake(leases, nameByte);
    if (!taken) return taken.error();
    if (*taken) return **std::move(taken);
    if (std::chrono::steady_clock::now() >= deadline) break;
    sleepFor(pause);
    pause = std::min<std::chrono::microseconds>(2 * pause, longestPause);
  }
  const bool joins = use == NameUse::join;
  return Error{ErrorCode::inUse,
               path.string(),
               "name",
               joins ? "another process removing or replacing it for 5 s"
                     : "another process joining, removing or replacing it for 5 s",
               "nobody at it",
               "look for a stopped process with shm-dump, then try again"};
}

}  // namespace sluice::detail
