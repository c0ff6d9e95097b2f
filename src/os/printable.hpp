// Text from outside, made safe to show.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice::detail {

/// Text that is safe on a terminal and in a log: every byte that is not printable ASCII becomes
/// '?'.
std::string printable(std::string_view text);

/// Bytes in hexadecimal, two digits each, with nothing between.
std::string inHex(std::span<const std::byte> bytes);

}  // namespace sluice::detail
