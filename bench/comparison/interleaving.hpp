// Runs the contenders of a comparison in turn, until enough of their runs can be compared.
#pragma once

#include <functional>

#include "comparison/comparison.hpp"

namespace sluice::bench {

/// How often the wanted repetitions are run at most. A host may keep the processors in one place
/// for seconds, so not every comparison can get all it wants.
inline constexpr unsigned mostTimesWanted = 3;

/// Runs every contender once in each repetition, so that what disturbs the machine disturbs all
/// alike, until each has `wanted` runs in one placement, and mostTimesWanted times as often at
/// most. A contender that throws is run no more and keeps why. Afterwards nobody can be run again:
/// what their runs shared is gone. `beforeEach` may throw to end it all.
void runInterleaved(Comparison& comparison, unsigned wanted,
                    const std::function<void(const Contender&)>& beforeEach);

}  // namespace sluice::bench
