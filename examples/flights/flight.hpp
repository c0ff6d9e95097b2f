// One flight as it travels through the ring.
#pragma once

#include <array>
#include <cstdint>

#include "sluice/record.hpp"

struct Flight {
  std::array<char, 16> departure;  // "2001/01/01 00:47"
  std::int32_t delay;              // minutes late on arrival; negative is early
  std::uint32_t distance;          // miles
  std::array<char, 4> origin;      // ends with NUL
  std::array<char, 4> destination;
};

template <>
inline constexpr std::string_view sluice::recordName<Flight> = "Flight";

template <>
inline constexpr auto sluice::recordFields<Flight> = std::array{
    SLUICE_FIELD(Flight, departure), SLUICE_FIELD(Flight, delay), SLUICE_FIELD(Flight, distance),
    SLUICE_FIELD(Flight, origin), SLUICE_FIELD(Flight, destination)};
