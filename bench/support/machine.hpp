// What the benchmarks run on.
#pragma once

#include "comparison/report.hpp"

namespace sluice::bench {

Machine thisMachine();

}  // namespace sluice::bench
