// Text from outside, made safe to show.
#pragma once

#include <string>
#include <string_view>

namespace sluice::detail {

/// Text that is safe on a terminal and in a log: every byte that is not printable ASCII becomes
/// '?'.
std::string printable(std::string_view text);

}  // namespace sluice::detail
