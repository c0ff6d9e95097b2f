// The raw ping-pong of two processes: how far apart their processors are.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace sluice::bench {

/// Two words in shared memory, thrown to and fro for less than a millisecond. Each process calls
/// its function, as often as the other one.
class RawPingPong {
 public:
  /// Nanoseconds one way: the median of several blocks, as some other process may take a processor
  /// for a moment.
  double throwBall() noexcept;
  void catchBall() noexcept;

 private:
  static constexpr std::uint32_t blocks = 9;
  static constexpr std::uint32_t roundsOfBlock = 100;

  alignas(128) std::atomic<std::uint32_t> there_{0};
  alignas(128) std::atomic<std::uint32_t> back_{0};
};

}  // namespace sluice::bench
