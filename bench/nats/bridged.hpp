// Two rings with shm-bridge between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::bench {

/// So many records of 64 bytes from one ring to the other: the seconds from the first send until
/// the last has been read. Throws where one is lost, doubled or changed.
double bridgedRecordSeconds(std::uint64_t count);

/// The same with messages of that size.
double bridgedMessageSeconds(std::size_t messageBytes, std::uint64_t count);

/// The times in nanoseconds from a send into a quiet ring until a thread that sleeps at the other
/// one is awake with the record.
std::vector<std::uint32_t> bridgedOneWayTimes(std::size_t count);

/// Milliseconds of processor time that each end uses in a second without records.
struct IdleCost {
  double out;
  double in;
};
IdleCost bridgedIdleCost();

}  // namespace sluice::bench
