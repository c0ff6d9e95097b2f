// Which consumers run after which.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/segment_view.hpp"
#include "segment/rows.hpp"

namespace sluice::detail {

/// The row that holds this gating row up: itself, or a row that it runs after and whose commits it
/// has used up.
std::uint32_t holdingUp(const SegmentView& view, std::uint32_t row) noexcept;

/// In words, the way from a consumer of that name, which has that row and is to run after these
/// others, back to itself: "'a' runs after 'b', which runs after 'a'". Empty where there is none.
std::string cycleThrough(const SegmentView& view, const RowKey& own, std::string_view name,
                         const std::vector<RowKey>& upstream);

}  // namespace sluice::detail
