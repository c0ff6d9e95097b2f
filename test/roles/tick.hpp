// The record that the role tests send.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sluice/record.hpp"

namespace sluice {

struct Tick {
  std::uint64_t number;
  std::uint64_t complement;  ///< of the number, so that a torn record shows

  static Tick of(std::uint64_t number) noexcept { return {number, ~number}; }
  bool isWhole() const noexcept { return complement == ~number; }
};

template <>
inline constexpr std::string_view recordName<Tick> = "Tick";

template <>
inline constexpr auto recordFields<Tick> =
    std::array{SLUICE_FIELD(Tick, number), SLUICE_FIELD(Tick, complement)};

}  // namespace sluice
