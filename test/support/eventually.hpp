// Waiting for something that another thread or process does.
#pragma once

#include <poll.h>

#include <chrono>

namespace sluice::testing {

/// True as soon as `holds()` is; false when it does not within the time.
template <class Holds>
bool eventually(Holds holds, std::chrono::milliseconds within = std::chrono::seconds(60)) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    ::poll(nullptr, 0, 1);
  }
  return true;
}

}  // namespace sluice::testing
