#include "kill_points.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <random>
#include <set>

namespace sluice::kill {
namespace {

std::vector<std::uint64_t> candidates(const Trace& trace, const Selection& selection,
                                      std::mt19937_64& random) {
  const std::uint64_t steps = trace.steps.size();
  std::vector<std::uint64_t> every(steps + 1);
  std::iota(every.begin(), every.end(), std::uint64_t{0});
  if (steps <= selection.all) return every;

  std::set<std::uint64_t> chosen{0, steps};
  for (std::uint64_t i = 0; i < steps; ++i) {
    if (!trace.steps[i].systemCall && !trace.steps[i].store) continue;
    chosen.insert(i);
    chosen.insert(i + 1);
  }
  std::vector<std::uint64_t> others;
  std::set_difference(every.begin(), every.end(), chosen.begin(), chosen.end(),
                      std::back_inserter(others));
  std::sample(others.begin(), others.end(), std::inserter(chosen, chosen.end()), selection.sample,
              random);
  return {chosen.begin(), chosen.end()};
}

}  // namespace

std::vector<std::uint64_t> killPoints(const Trace& trace, const Selection& selection) {
  std::mt19937_64 random(selection.seed);
  const std::vector<std::uint64_t> all = candidates(trace, selection, random);
  if (selection.most == 0 || all.size() <= selection.most) return all;
  std::vector<std::uint64_t> some{all.front(), all.back()};
  std::sample(all.begin() + 1, all.end() - 1, std::back_inserter(some),
              std::max<std::uint64_t>(selection.most, 2) - 2, random);
  std::sort(some.begin(), some.end());
  return some;
}

KillPoint pointAfter(const Trace& trace, std::uint64_t instructions) {
  KillPoint point;
  const std::uint64_t known = std::min<std::uint64_t>(instructions, trace.steps.size());
  for (std::uint64_t i = 0; i < known; ++i) {
    ++point.instructions;
    if (trace.steps[i].systemCall) point = {point.systemCalls + 1, 0};
  }
  return point;
}

}  // namespace sluice::kill
