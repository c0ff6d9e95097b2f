// The LMAX Disruptor, between threads of a JVM that a run starts: bench/peers/LmaxUnicast.java.
#pragma once

#include <cstddef>
#include <vector>

#include "support/comparison.hpp"
#include "support/pair_run.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

/// True where a JDK and the jar were there to build with, and java still is.
bool lmaxIsThere();

/// Adds it where it is there: millions of records a second of a run that was warmed up in the same
/// JVM, its producer on the first processor and its consumers on the others in turn. A run has a
/// fifth of the load's records, as a JVM is slow to start.
void addLmax(std::vector<Contender>& contenders, std::size_t size, const Load& load,
             const Processors& processors);

}  // namespace sluice::bench
