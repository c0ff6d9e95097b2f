// Draws results with gnuplot.
#pragma once

#include <string>
#include <vector>

#include "comparison/comparison.hpp"

namespace sluice::bench {

/// Writes the data of every plot into the directory, which is made, and an SVG beside each. Says on
/// standard output what it has drawn, or that gnuplot is not there.
void drawInto(const std::string& directory, const std::vector<Comparison>& comparisons);

}  // namespace sluice::bench
