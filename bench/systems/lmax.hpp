// The LMAX Disruptor, between threads of a JVM: bench/peers/Lmax.java.
#pragma once

#include <chrono>
#include <optional>

#include "comparison/comparison.hpp"
#include "support/ends.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

/// True where a JDK and the jar were there to build with, and java still is.
bool lmaxIsThere();

// Each starts a JVM at its first run, warms it up, and keeps it until its last one. Nothing where
// it is not there.

/// Measures what a StreamSystem does.
std::optional<Contender> lmaxStream(const Load& load, const Processors& processors,
                                    std::chrono::nanoseconds runTime);

/// Measures what a FanInSystem does, with one ring for all producers.
std::optional<Contender> lmaxFanIn(const Load& load, const Processors& processors,
                                   std::chrono::nanoseconds runTime);

// These measure what a ChannelSystem does.
std::optional<Contender> lmaxPingPong(Idling idling, const Processors& processors,
                                      std::chrono::nanoseconds runTime);
std::optional<Contender> lmaxWakeConsumer(const Processors& processors,
                                          std::chrono::nanoseconds runTime);

}  // namespace sluice::bench
