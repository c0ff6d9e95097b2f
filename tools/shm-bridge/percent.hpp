// Any bytes as printable ASCII.
#pragma once

#include <string>
#include <string_view>

namespace shm_bridge {

/// Each byte that is no printable ASCII, and '%', becomes "%" and two hexadecimal digits.
std::string escaped(std::string_view text);

/// The bytes again. Throws std::invalid_argument where a '%' is followed by no such digits.
std::string unescaped(std::string_view text);

}  // namespace shm_bridge
