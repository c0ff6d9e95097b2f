#include "comparison/placement.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace sluice::bench {
namespace {

struct Count {
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  std::size_t all = 0;
};

Count countIn(const Placement& placement, const std::vector<Contender>& contenders) {
  Count count;
  for (const Contender& contender : contenders) {
    if (!contender.failure.empty()) continue;
    const auto held = static_cast<std::size_t>(std::ranges::count_if(
        contender.runs, [&](const Run& run) { return placement.holds(run); }));
    count.fewest = std::min(count.fewest, held);
    count.all += held;
  }
  return count;
}

}  // namespace

bool Placement::holds(const Run& run) const noexcept {
  const auto isNear = [this](double other) {
    return other <= raw * placementTolerance && other * placementTolerance >= raw;
  };
  return run.rawBefore == 0 || (isNear(run.rawBefore) && isNear(run.rawAfter));
}

Placement choosePlacement(const std::vector<Contender>& contenders) {
  std::set<double> raws;
  for (const Contender& contender : contenders)
    for (const Run& run : contender.runs)
      raws.insert({run.rawBefore, run.rawAfter});
  Placement best;
  std::size_t mostRuns = 0;
  for (const double raw : raws) {
    const Count count = countIn({raw}, contenders);
    const bool isBetter =
        count.fewest > best.fewest || (count.fewest == best.fewest && count.all > mostRuns);
    if (!isBetter) continue;
    best = {raw, count.fewest};
    mostRuns = count.all;
  }
  return best;
}

}  // namespace sluice::bench
