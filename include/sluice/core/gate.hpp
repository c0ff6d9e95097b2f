// What the producer must not overtake.
#pragma once

#include <concepts>
#include <cstdint>

#include "sluice/core/ended.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/core/wait_strategy.hpp"

namespace sluice {

/// The consumers that the producer must not overtake, as the sequencer looks at them.
template <class G, class S>
concept Gate = requires(G gate, S sequence, WaitLimit limit, WaitStrategy strategy) {
  /// A number that differs once anybody has joined or left.
  { gate.membership() } -> std::same_as<std::uint32_t>;
  /// The lowest cursor of all, reading each once; at most the sequence given, which is what is
  /// published.
  { gate.lowest(sequence) } -> std::same_as<S>;
  /// Waits until the lowest may have reached the sequence, or the membership has changed.
  { gate.wait(sequence, limit, strategy).ended } -> std::convertible_to<Ended>;
};

}  // namespace sluice
