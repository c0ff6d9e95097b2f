// What producer and consumers say of themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "inspect/snapshot.hpp"
#include "os/lease_file.hpp"
#include "os/segment_file.hpp"
#include "sluice/detail/message_slot.hpp"

namespace sluice::inspect {

/// The stream's numbers, in the order in which a running producer never shows more than it should:
/// cursor <= published <= claimed <= limit. Nothing when the file ends before them.
std::optional<Stream> readStream(const detail::SegmentFile& file, const detail::Geometry& geometry);

/// Where the message of that sequence lies, as its slot says; absent where the file ends before.
struct MessagePlace {
  std::uint64_t position = 0;
  detail::ContentWord content{0};
};
std::optional<MessagePlace> readPlace(const detail::SegmentFile& file,
                                      const detail::Geometry& geometry, Sequence sequence);

std::optional<ProducerFacts> readProducer(const detail::SegmentFile& file,
                                          const detail::Geometry& geometry,
                                          const detail::LeaseFile& leases);

/// The rows that are not free, as far as the file goes. Lag is counted from what is published.
std::vector<ConsumerFacts> readConsumers(const detail::SegmentFile& file,
                                         const detail::Geometry& geometry,
                                         const detail::LeaseFile& leases,
                                         const ProducerFacts& producer);

}  // namespace sluice::inspect
