// What producer and consumers say of themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "inspect/snapshot.hpp"
#include "os/lease_file.hpp"
#include "os/segment_file.hpp"

namespace sluice::inspect {

/// The stream's numbers, in the order in which a running producer never shows more than it should:
/// cursor <= published <= claimed <= limit. Nothing when the file ends before them.
std::optional<Stream> readStream(const detail::SegmentFile& file, const detail::Geometry& geometry);

std::optional<ProducerFacts> readProducer(const detail::SegmentFile& file,
                                          const detail::Geometry& geometry,
                                          const detail::LeaseFile& leases);

/// The rows that are not free, as far as the file goes. Lag is counted from `published`.
std::vector<ConsumerFacts> readConsumers(const detail::SegmentFile& file,
                                         const detail::Geometry& geometry,
                                         const detail::LeaseFile& leases, Sequence published);

}  // namespace sluice::inspect
