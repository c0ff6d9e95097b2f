// Which peers this machine is without, so that nobody takes a table for complete.
#pragma once

#include <vector>

#include "comparison/report.hpp"

namespace sluice::bench {

std::vector<LeftOut> peersLeftOut();

}  // namespace sluice::bench
