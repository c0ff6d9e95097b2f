// Numbers out of a fuzzer's bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sluice::fuzz {

/// Takes the bytes from the front; past their end everything is 0.
class InputReader {
 public:
  InputReader(const std::uint8_t* data, std::size_t size) noexcept
      : rest_(std::as_bytes(std::span(data, size))) {}

  template <class Number>
  Number take() noexcept {
    Number number{};
    const std::size_t size = std::min(sizeof number, rest_.size());
    if (size != 0) std::memcpy(&number, rest_.data(), size);
    rest_ = rest_.subspan(size);
    return number;
  }

  bool empty() const noexcept { return rest_.empty(); }
  std::span<const std::byte> rest() const noexcept { return rest_; }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace sluice::fuzz
