// What the producer must not overtake.
#pragma once

#include <concepts>
#include <cstdint>

#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// The consumers that the producer must not overtake, as the sequencer looks at them.
template <class G, class S>
concept Gate = requires(G gate, S sequence, WaitLimit limit, WaitStrategy strategy) {
  /// A number that differs once anybody has joined or left.
  { gate.membership() } -> std::same_as<std::uint32_t>;
  /// The lowest cursor of all, reading each once; at most the sequence given, which is what is
  /// published.
  { gate.lowest(sequence) } -> std::same_as<S>;
  /// Waits until the lowest may have reached the sequence, or the membership has changed.
  { gate.wait(sequence, limit, strategy).status } -> std::convertible_to<Status>;
};

}  // namespace sluice::detail
