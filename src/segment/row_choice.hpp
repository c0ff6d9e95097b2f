// Which row a new consumer gets.
#pragma once

#include <cstdint>
#include <string_view>

#include "segment/segment_name.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// Takes the lease of a row: the row that a dead or evicted consumer of that name had, so that the
/// new consumer can go on there or learn what was lost; else a free row, and rather a row in which
/// no name is remembered; else a row whose consumer is gone and not held for a successor; of these
/// rather a row that no living consumer runs after. Call it holding the name. `full` when there is
/// none.
Result<std::uint32_t> takeRow(CheckedFile& segment, std::string_view consumerName);

}  // namespace sluice::detail
