// What is wrong with a segment, in words.
#pragma once

#include <vector>

#include "inspect/snapshot.hpp"

namespace sluice::inspect {

/// Judges a snapshot with a geometry and a producer. `later` is the stream read again after the
/// consumers: what holds in a running stream holds between an earlier number and a later one.
void judge(Snapshot& snapshot, const Stream& later);

/// The gating rows with the lowest cursor.
std::vector<std::uint32_t> slowestOf(const std::vector<ConsumerFacts>& consumers);

}  // namespace sluice::inspect
