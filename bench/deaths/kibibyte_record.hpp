// A record whose slot has one KiB.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sluice/record.hpp"

namespace sluice::bench {

struct KibibyteRecord {
  std::array<std::uint64_t, 127> words;  ///< a stamp comes before them
};

}  // namespace sluice::bench

namespace sluice {

template <>
inline constexpr std::string_view recordName<bench::KibibyteRecord> = "KibibyteRecord";

template <>
inline constexpr auto recordFields<bench::KibibyteRecord> =
    std::array{SLUICE_FIELD(bench::KibibyteRecord, words)};

}  // namespace sluice
