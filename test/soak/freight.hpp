// The record that the soak sends.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sluice/record.hpp"
#include "sluice/sequence.hpp"

namespace sluice::soak {

/// Several words that belong together, so that a torn record shows; and its writer, so that two
/// producers' versions of one record differ.
struct Freight {
  std::uint64_t number;  ///< its sequence in the stream
  std::uint64_t writer;
  std::array<std::uint64_t, 5> words;
  std::uint64_t checksum;

  static Freight of(Sequence number, std::uint64_t writer) noexcept {
    Freight freight{number, writer, {}, 0};
    std::uint64_t word = number ^ (writer << 20);
    for (std::uint64_t& each : freight.words)
      each = word = word * 6364136223846793005U + 1442695040888963407U;
    freight.checksum = freight.sum();
    return freight;
  }

  bool isWhole() const noexcept { return checksum == sum(); }

 private:
  std::uint64_t sum() const noexcept {
    std::uint64_t total = number * 31 + writer;
    for (const std::uint64_t word : words)
      total = total * 0x9e3779b97f4a7c15U + word;
    return total ^ total >> 29;
  }
};

}  // namespace sluice::soak

template <>
inline constexpr std::string_view sluice::recordName<sluice::soak::Freight> = "Freight";

template <>
inline constexpr auto sluice::recordFields<sluice::soak::Freight> = std::array{
    SLUICE_FIELD(sluice::soak::Freight, number), SLUICE_FIELD(sluice::soak::Freight, writer),
    SLUICE_FIELD(sluice::soak::Freight, words), SLUICE_FIELD(sluice::soak::Freight, checksum)};
