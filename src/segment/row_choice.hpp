// Which row a new consumer gets.
#pragma once

#include <cstdint>
#include <string_view>

#include "liveness/lease.hpp"
#include "os/lease_file.hpp"
#include "segment/checked_file.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// A row and its lease.
struct TakenRow {
  std::uint32_t row;
  Lease lease;
};

/// Takes the lease of a row: the row that a dead or evicted consumer of that name had, so that the
/// new consumer can go on there or learn what was lost; else a free row, and rather a row in which
/// no name is remembered; else a row whose consumer is gone and not held for a successor; of these
/// rather a row that no living consumer runs after. The caller holds the lease of the consumer's
/// name, and shares the segment's, so that each row's lease that is taken is a consumer's. `full`
/// when there is none. While another process has the lease for a moment, to look whether the row
/// suits it, the row of the consumer's name is waited for, and a free row where there is no other;
/// `inUse` and `full` after five seconds.
Result<TakenRow> takeRow(const CheckedFile& segment, const LeaseFile& leases,
                         std::string_view consumerName);

}  // namespace sluice::detail
