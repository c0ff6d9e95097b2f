// The record that the tests of shm-bridge send.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sluice/record.hpp"

namespace shm_bridge {

/// Its content follows from its sequence, so that each record can be told to be itself.
struct Parcel {
  std::uint64_t sequence;
  std::uint64_t content;

  static Parcel of(std::uint64_t sequence) {
    return {sequence, (sequence + 1) * 0x9e3779b97f4a7c15U};
  }
  bool operator==(const Parcel&) const = default;
};

}  // namespace shm_bridge

template <>
inline constexpr std::string_view sluice::recordName<shm_bridge::Parcel> = "Parcel";
template <>
inline constexpr auto sluice::recordFields<shm_bridge::Parcel> = std::array{
    SLUICE_FIELD(shm_bridge::Parcel, sequence), SLUICE_FIELD(shm_bridge::Parcel, content)};
