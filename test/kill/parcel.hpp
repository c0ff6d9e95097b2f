// The record that the kill test sends: several words, so that a torn one shows.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sluice/record.hpp"
#include "sluice/sequence.hpp"

namespace sluice {

struct Parcel {
  std::uint64_t number;  ///< its sequence in the stream
  std::uint64_t complement;
  std::array<std::uint64_t, 4> words;
  std::uint64_t checksum;

  static Parcel of(Sequence sequence) noexcept {
    Parcel parcel{sequence, ~sequence, {}, 0};
    std::uint64_t word = sequence;
    for (std::uint64_t& each : parcel.words) {
      word = word * 6364136223846793005U + 1442695040888963407U;
      each = word;
    }
    parcel.checksum = parcel.sum();
    return parcel;
  }

  bool isWhole() const noexcept { return complement == ~number && checksum == sum(); }

 private:
  std::uint64_t sum() const noexcept {
    std::uint64_t total = number * 31 + complement;
    for (const std::uint64_t word : words)
      total = total * 31 + word;
    return total;
  }
};

template <>
inline constexpr std::string_view recordName<Parcel> = "Parcel";

template <>
inline constexpr auto recordFields<Parcel> =
    std::array{SLUICE_FIELD(Parcel, number), SLUICE_FIELD(Parcel, complement),
               SLUICE_FIELD(Parcel, words), SLUICE_FIELD(Parcel, checksum)};

}  // namespace sluice
