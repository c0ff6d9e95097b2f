// Whether a descriptor is readable, as an event loop asks.
#pragma once

#include <poll.h>

#include <chrono>

namespace sluice::testing {

inline bool isReadable(int descriptor,
                       std::chrono::milliseconds within = std::chrono::milliseconds(0)) {
  pollfd waited{descriptor, POLLIN, 0};
  return ::poll(&waited, 1, static_cast<int>(within.count())) == 1;
}

inline bool becomesReadable(int descriptor) {
  return isReadable(descriptor, std::chrono::seconds(60));
}

}  // namespace sluice::testing
