// Choices that are written into a segment, because other participants act on them.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

/// Where segments lie unless told otherwise: where shm_open puts its objects.
inline constexpr std::string_view defaultDirectory = "/dev/shm";

/// A segment has at most this many rows, and so consumers at a time.
inline constexpr std::uint32_t maxConsumerRows = 64;

/// What a producer does while no consumer gates it.
enum class WithoutConsumers : std::uint32_t {
  runOn = 1,  ///< it overwrites: a consumer that is not there misses it
  wait = 2,   ///< it fills the ring and then waits for a consumer
};

/// What a consumer's death means for the producer, and its leaving without resign().
enum class OnDeath : std::uint32_t {
  release = 1,  ///< the producer goes on without that consumer
  hold = 2,     ///< the producer waits for a successor of the same name, which goes on at the last
                ///< commit
};

/// How a publisher learns that a thread sleeps until it publishes, and so how the two halves of the
/// wake-up's fence pair up; chosen by a segment's creator.
enum class WakeProtocol : std::uint32_t {
  fence = 1,       ///< both sides execute a full fence
  membarrier = 2,  ///< the publisher's half costs nothing; the sleeper calls membarrier(2), and
                   ///< every publisher is registered for it
  none = 3,        ///< the producer wakes nobody: its publish makes no system call and passes no
                   ///< fence, whatever consumers do. A consumer that sleeps looks again after 1 ms.
                   ///< Commits wake as with `fence`
};

}  // namespace sluice
