// What is measured: one function a topology, each in a file of its name.
#pragma once

#include <vector>

#include "comparison/comparison.hpp"
#include "support/run_options.hpp"

namespace sluice::bench {

/// A record there and one back.
std::vector<Comparison> pingPong(const RunOptions& options);
/// What a poll that finds nothing costs.
std::vector<Comparison> polls(const RunOptions& options);
/// One producer, one consumer, records as fast as they go: both spin, poll or yield.
std::vector<Comparison> unicast(const RunOptions& options);
/// The same with both asleep whenever there is nothing to do, and with both on one processor.
std::vector<Comparison> unicastBlocking(const RunOptions& options);
/// One producer, several consumers that each see every record.
std::vector<Comparison> multicast(const RunOptions& options);
/// Messages of any length from one producer to one consumer: streams, and one way.
std::vector<Comparison> messages(const RunOptions& options);
/// One end sleeps until the other one does something.
std::vector<Comparison> wakeup(const RunOptions& options);
/// Publishing while nobody waits, but anybody may.
std::vector<Comparison> publish(const RunOptions& options);
/// Creating a segment, and attaching to it.
std::vector<Comparison> attach(const RunOptions& options);
/// What participants cost that have nothing to do.
std::vector<Comparison> idle(const RunOptions& options);
/// How long after a death the others know.
std::vector<Comparison> death(const RunOptions& options);
/// The roles in other languages, beside those of C++.
std::vector<Comparison> bindings(const RunOptions& options);
/// What the choices that a user has are worth.
std::vector<Comparison> choices(const RunOptions& options);

}  // namespace sluice::bench
