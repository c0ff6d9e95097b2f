// Which row a new consumer gets.
#pragma once

#include <cstdint>
#include <string_view>

#include "segment/segment_name.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// Takes the lease of a row: the one that a dead or evicted consumer of that name had, so that the
/// new one can go on there or learn what was lost; else a free one, and rather one in which no name
/// is remembered; else one whose consumer is gone and not held for a successor; of these rather one
/// that no living consumer runs after. Call it holding the name. `full` when there is none.
Result<std::uint32_t> takeRow(CheckedFile& segment, std::string_view consumerName);

}  // namespace sluice::detail
