// Which parts of a segment each kind of participant may write.
#pragma once

#include <cstdint>
#include <vector>

#include "format/geometry.hpp"
#include "liveness/lease.hpp"
#include "os/mapping.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

std::uint64_t startOf(const Geometry& geometry, SectionId id);

/// Everything but the header and the schema.
std::vector<MappedPart> producerParts(const Geometry& geometry);

/// The own row's page, the doorbells and the lifelines: a stray write elsewhere faults in the
/// process that makes it.
std::vector<MappedPart> consumerParts(const Geometry& geometry, std::uint32_t row);

/// Nothing.
std::vector<MappedPart> observerParts(const Geometry& geometry);

/// Maps the lease's file through an open of its own: a mapping would keep the lease's open file,
/// and with it the locks, alive.
Result<Mapping> mapHeld(const Lease& lease, const Geometry& geometry, Access access,
                        const std::vector<MappedPart>& parts, const MemoryOptions& options);

}  // namespace sluice::detail
