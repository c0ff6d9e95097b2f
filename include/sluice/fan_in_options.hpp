// What a user chooses for a reader of many rings.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "sluice/options.hpp"
#include "sluice/policy.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice {

/// What is not said here is as in ConsumerOptions, for the consumer that a FanIn has in each of its
/// rings.
struct FanInOptions {
  std::string name{};                 ///< of the consumer in every ring; at most 63 bytes, or empty
  StartAt startAt = StartAt::oldest;  ///< in a ring where the name is new
  /// With `stay` a ring is read on when its producer has died or left without closing the stream: a
  /// successor goes on with it. With `end` such a ring is over for good, also where a successor
  /// comes.
  WithoutProducer withoutProducer = WithoutProducer::stay;
  /// With `hold`, a FanIn of the same name that is opened later goes on where this one has
  /// committed, in every ring.
  OnDeath onDeath = OnDeath::release;
  /// A ring that has gone on without this consumer is told as ended (evicted) and then joined
  /// again, under a new number and with what was lost.
  std::chrono::nanoseconds evictAfter{};
  /// Takes the name of a segment away whose stream was closed and is committed to its end, as soon
  /// as nobody else is attached to it. Otherwise it stays, and without `hold` a FanIn that is
  /// opened later is given its records again.
  bool removeClosed = false;
  std::uint64_t maxBatch = 256;  ///< records of one ring that a wait returns at most; at least 1
  std::string directory = std::string(defaultDirectory);
  WaitStrategy waitStrategy{};
  MemoryOptions memory{};
};

}  // namespace sluice
