// The LMAX Disruptor, between threads of a JVM that a run starts: bench/peers/LmaxUnicast.java.
#pragma once

#include <cstddef>
#include <optional>

#include "support/pair_run.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

/// True where a JDK and the jar were there to build with, and java still is.
bool lmaxIsThere();

/// Records a second of a run that was warmed up in the same JVM, its producer on the first
/// processor and its consumers on the others in turn; nothing where it is not there. Throws when
/// the run fails.
std::optional<double> runLmax(std::size_t size, const Load& load, const Processors& processors);

}  // namespace sluice::bench
