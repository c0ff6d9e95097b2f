// What a claim gives.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Slots that were claimed, the first of which lies at that address; none, and why.
struct ClaimedSlots {
  std::byte* slot = nullptr;
  std::size_t count = 0;
  Sequence first = noSequence;
  Status status = Status::ok;
};

/// How many slots a producer claims at once for the claims of its user: so many that a run's
/// beginning costs each claim next to nothing; no more than the limit is raised by, and in large
/// rings next to nothing of what observers may see.
constexpr std::size_t runLengthOf(std::uint64_t capacity) noexcept {
  constexpr std::uint64_t longest = 64;
  const std::uint64_t part = capacity / 8;
  return static_cast<std::size_t>(part < 1 ? 1 : part < longest ? part : longest);
}

}  // namespace sluice::detail
