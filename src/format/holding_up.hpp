// Which row holds another one up.
#pragma once

#include <cstdint>

#include "sluice/policy.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

/// What an entry of ConsumerPage::upstream says.
struct UpstreamValue {
  std::uint64_t word;

  static constexpr UpstreamValue of(std::uint32_t row, std::uint32_t generation) noexcept {
    return {std::uint64_t{generation} << 32 | (row + 1)};
  }
  constexpr bool isNone() const noexcept { return word == 0; }
  constexpr std::uint32_t row() const noexcept { return static_cast<std::uint32_t>(word) - 1; }
  constexpr std::uint32_t generation() const noexcept {
    return static_cast<std::uint32_t>(word >> 32);
  }
};

/// The row that the producer really waits for when it waits for `row`: a consumer that has read all
/// that the slowest of those it runs after has committed waits for that one itself, and so on.
/// `rows` tells what a row runs after (`upstream(row, index)`, an UpstreamValue), whether an entry
/// still means a row that gates (`gates(value)`), and what a row has committed (`committed(row)`).
/// Ends whatever the bytes say.
template <class Rows>
std::uint32_t holdingUp(const Rows& rows, std::uint32_t row) noexcept {
  for (std::uint32_t step = 0; step < maxConsumerRows; ++step) {
    std::uint32_t next = row;
    Sequence lowest = rows.committed(row);
    for (std::uint32_t i = 0; i < maxConsumerRows; ++i) {
      const UpstreamValue value = rows.upstream(row, i);
      if (value.isNone()) break;
      if (!rows.gates(value)) continue;
      const Sequence committed = rows.committed(value.row());
      if (!reached(lowest, committed) || (next != row && committed == lowest)) continue;
      next = value.row();
      lowest = committed;
    }
    if (next == row) break;
    row = next;
  }
  return row;
}

}  // namespace sluice::detail
