#include "comparison/percentiles.hpp"

#include <algorithm>
#include <iterator>

namespace sluice::bench {
namespace {

double percentileOf(std::span<const std::uint32_t> sorted, double part) {
  const auto index = static_cast<std::size_t>(static_cast<double>(sorted.size()) * part);
  const double value = sorted[index];
  const auto first = std::lower_bound(sorted.begin(), sorted.end(), sorted[index]);
  const auto end = std::upper_bound(first, sorted.end(), sorted[index]);
  const double below = first == sorted.begin() ? value : *std::prev(first);
  const double above = end == sorted.end() ? value : *end;
  const auto rank = static_cast<double>(index) - static_cast<double>(first - sorted.begin()) + 0.5;
  return (below + value) / 2 + rank / static_cast<double>(end - first) * (above - below) / 2;
}

}  // namespace

std::vector<double> percentilesOf(std::span<std::uint32_t> times) {
  std::ranges::sort(times);
  std::vector<double> values;
  for (const Percentile& percentile : percentiles)
    values.push_back(percentileOf(times, percentile.part));
  return values;
}

}  // namespace sluice::bench
