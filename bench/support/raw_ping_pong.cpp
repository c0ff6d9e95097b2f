#include "support/raw_ping_pong.hpp"

#include <algorithm>
#include <chrono>

namespace sluice::bench {

double RawPingPong::throwBall() noexcept {
  using Clock = std::chrono::steady_clock;
  std::array<double, blocks> times{};
  std::uint32_t number = there_.load(std::memory_order_relaxed);
  for (double& time : times) {
    const auto start = Clock::now();
    for (std::uint32_t round = 0; round < roundsOfBlock; ++round) {
      there_.store(++number, std::memory_order_release);
      while (back_.load(std::memory_order_acquire) != number) {
      }
    }
    const std::chrono::duration<double, std::nano> taken = Clock::now() - start;
    time = taken.count() / (2 * roundsOfBlock);
  }
  std::ranges::sort(times);
  return times[blocks / 2];
}

void RawPingPong::catchBall() noexcept {
  std::uint32_t number = back_.load(std::memory_order_relaxed);
  for (std::uint32_t round = 0; round < blocks * roundsOfBlock; ++round) {
    ++number;
    while (there_.load(std::memory_order_acquire) != number) {
    }
    back_.store(number, std::memory_order_release);
  }
}

}  // namespace sluice::bench
