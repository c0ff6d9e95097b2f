// Reading the bytes of a file that may hold anything and end anywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "os/segment_file.hpp"

namespace sluice::detail {

/// All of these bytes, or nothing.
std::optional<std::vector<std::byte>> bytesAt(const SegmentFile& file, std::uint64_t offset,
                                              std::size_t size);

/// One word, read at once.
std::optional<std::uint64_t> wordAt(const SegmentFile& file, std::uint64_t offset);

/// A number inside bytes; the place must lie within them.
template <class Number>
requires std::is_trivially_copyable_v<Number> Number numberAt(std::span<const std::byte> bytes,
                                                              std::size_t offset)
noexcept {
  Number number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

/// Text inside bytes, up to its first NUL or `size`.
std::string textAt(std::span<const std::byte> bytes, std::size_t offset, std::size_t size);

bool isZero(std::span<const std::byte> bytes) noexcept;

}  // namespace sluice::detail
