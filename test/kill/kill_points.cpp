#include "kill_points.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <random>
#include <set>

namespace sluice::kill {
namespace {

using Points = std::vector<std::uint64_t>;

/// Takes `count` of the points, as many from each stretch between two system calls as from any
/// other while there are enough: a long loop in private memory is one stretch.
Points sample(const Trace& trace, const Points& points, std::uint64_t count,
              std::mt19937_64& random) {
  std::vector<Points> stretches(1);
  std::uint64_t step = 0;
  for (const std::uint64_t point : points) {
    for (; step < point; ++step)
      if (trace.steps[step].systemCall && !stretches.back().empty()) stretches.emplace_back();
    stretches.back().push_back(point);
  }
  for (Points& each : stretches)
    std::shuffle(each.begin(), each.end(), random);
  std::shuffle(stretches.begin(), stretches.end(), random);

  Points taken;
  for (std::size_t round = 0; taken.size() < std::min<std::uint64_t>(count, points.size()); ++round)
    for (const Points& each : stretches)
      if (round < each.size() && taken.size() < count) taken.push_back(each[round]);
  return taken;
}

Points candidates(const Trace& trace, const Selection& selection, std::mt19937_64& random) {
  const std::uint64_t steps = trace.steps.size();
  Points every(steps + 1);
  std::iota(every.begin(), every.end(), std::uint64_t{0});
  if (steps <= selection.all) return every;

  std::set<std::uint64_t> chosen{0, steps};
  for (std::uint64_t i = 0; i < steps; ++i) {
    if (!trace.steps[i].systemCall && !trace.steps[i].store) continue;
    chosen.insert(i);
    chosen.insert(i + 1);
  }
  Points others;
  std::set_difference(every.begin(), every.end(), chosen.begin(), chosen.end(),
                      std::back_inserter(others));
  const Points sampled = sample(trace, others, selection.sample, random);
  chosen.insert(sampled.begin(), sampled.end());
  return {chosen.begin(), chosen.end()};
}

}  // namespace

std::vector<std::uint64_t> killPoints(const Trace& trace, const Selection& selection) {
  std::mt19937_64 random(selection.seed);
  const Points all = candidates(trace, selection, random);
  if (selection.most == 0 || all.size() <= selection.most) return all;
  // What is half-done in the segment shows best right after a store.
  Points afterStores;
  Points others;
  for (const std::uint64_t point : all)
    (point != 0 && trace.steps[point - 1].store ? afterStores : others).push_back(point);
  Points some = sample(trace, afterStores, selection.most / 2, random);
  const Points rest = sample(trace, others, selection.most - some.size(), random);
  some.insert(some.end(), rest.begin(), rest.end());
  std::sort(some.begin(), some.end());
  return some;
}

KillPoint pointAfter(const Trace& trace, std::uint64_t instructions) {
  const std::uint64_t known = std::min<std::uint64_t>(instructions, trace.steps.size());
  KillPoint point{0, instructions};
  for (std::uint64_t i = 0; i < known; ++i)
    if (trace.steps[i].systemCall) point = {point.systemCalls + 1, instructions - i - 1};
  return point;
}

}  // namespace sluice::kill
