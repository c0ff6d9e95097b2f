// FNV-1a, 64 bits: the hash of the format.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::detail {

/// The same value on every machine: numbers are hashed as eight bytes, the lowest first.
class Fnv1a {
 public:
  constexpr void add(std::string_view text) noexcept {
    for (const char c : text)
      addByte(static_cast<unsigned char>(c));
  }
  constexpr void add(std::uint64_t number) noexcept {
    for (int shift = 0; shift < 64; shift += 8)
      addByte(static_cast<unsigned char>(number >> shift));
  }
  constexpr std::uint64_t value() const noexcept { return value_; }

 private:
  constexpr void addByte(unsigned char byte) noexcept { value_ = (value_ ^ byte) * 0x100000001b3U; }

  std::uint64_t value_ = 0xcbf29ce484222325U;
};

}  // namespace sluice::detail
