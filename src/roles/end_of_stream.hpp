// Where the stream ends.
#pragma once

#include "sluice/layout/segment_view.hpp"
#include "sluice/layout/sequence.hpp"

namespace sluice {

/// The last sequence published as every reader sees it: the cursor, and then every stamp that
/// follows without a gap, never past what was claimed. A producer that died between a stamp and its
/// cursor has published that record.
Sequence endOfStream(const layout::SegmentView& view) noexcept;

}  // namespace sluice
