// What a message is, by its user's numbers.
#pragma once

#include <cstdint>

namespace sluice {

/// A number that goes with each message, so that a reader knows what its bytes are. The user's own:
/// Sluice looks at none of them. Kind{7}.
enum class Kind : std::uint32_t {};

}  // namespace sluice
