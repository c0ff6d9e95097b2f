// What libnats does without a ring: the work of both bridges, without any promise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::bench {

/// So many messages of that size, published asynchronously and pushed to a plain subscriber: the
/// seconds from the first publish until the last arrival.
double natsStreamSeconds(std::size_t messageBytes, std::uint64_t count);

/// The times in nanoseconds from a thread that wakes a publisher by a futex, over a stream to a
/// push consumer, until a thread is awake that this wakes by a futex.
std::vector<std::uint32_t> natsOneWayTimes(std::size_t messageBytes, std::size_t count);

}  // namespace sluice::bench
