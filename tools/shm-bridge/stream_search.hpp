// Where in a stream something begins.
#pragma once

#include <cstdint>
#include <functional>

#include "stream.hpp"

namespace shm_bridge {

/// The stream's sequence of the first batch that is wanted, where all that are wanted come behind
/// all that are not; what is not a bridge's is passed over, and may come in front of it. The
/// sequence behind the last message, where none is wanted.
std::uint64_t firstWanted(const Stream& stream, const StreamFacts& facts,
                          const std::function<bool(const BatchHead&)>& isWanted);

}  // namespace shm_bridge
