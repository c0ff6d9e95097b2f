// Records that a consumer was never given.
#pragma once

#include <cstdint>

#include "sluice/sequence.hpp"

namespace sluice {

/// Records that a consumer was never given, or whose batch was void: sequences first to
/// first + count - 1.
struct LostRecords {
  Sequence first = 0;
  std::uint64_t count = 0;
};

}  // namespace sluice
