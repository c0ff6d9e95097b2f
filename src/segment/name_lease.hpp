// The lease of a segment's name.
#pragma once

#include "liveness/lease.hpp"
#include "os/lease_file.hpp"
#include "os/segment_path.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// What a process does with the name: processes that join a segment share it, a process that
/// removes or replaces the segment has it alone. So a lease that looks taken to a process that
/// joins is that of a participant.
enum class NameUse { join, change };

/// Sleeps until the name may be used so. notFound when the segment is removed meanwhile, inUse when
/// that took more than five seconds: a process that has the name keeps it for a few system calls,
/// unless it is stopped in between.
Result<Lease> takeName(const SegmentPath& path, const LeaseFile& leases, NameUse use);

}  // namespace sluice::detail
