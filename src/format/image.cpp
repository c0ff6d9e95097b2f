#include "format/image.hpp"

#include <algorithm>

namespace sluice::detail {

std::optional<std::vector<std::byte>> bytesAt(const SegmentFile& file, std::uint64_t offset,
                                              std::size_t size) {
  std::vector<std::byte> bytes(size);
  const auto got = file.read(offset, bytes);
  if (!got || *got != size) return std::nullopt;
  return bytes;
}

std::optional<std::uint64_t> wordAt(const SegmentFile& file, std::uint64_t offset) {
  std::array<std::byte, sizeof(std::uint64_t)> bytes{};
  const auto got = file.read(offset, bytes);
  if (!got || *got != bytes.size()) return std::nullopt;
  return numberAt<std::uint64_t>(bytes, 0);
}

std::string textAt(std::span<const std::byte> bytes, std::size_t offset, std::size_t size) {
  const auto text = bytes.subspan(offset, size);
  const auto end = std::find(text.begin(), text.end(), std::byte{0});
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(end - text.begin())};
}

bool isZero(std::span<const std::byte> bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace sluice::detail
