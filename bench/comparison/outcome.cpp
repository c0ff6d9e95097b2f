#include "comparison/outcome.hpp"

#include <algorithm>

#include "comparison/placement.hpp"

namespace sluice::bench {
namespace {

Standing standingOf(const Contender& contender, std::size_t figure, const Placement& placement) {
  Standing standing{contender.system, contender.kind, contender.failure};
  std::vector<double> values;
  std::vector<double> raws;
  for (const Run& run : contender.runs) {
    if (!placement.holds(run)) {
      ++standing.setApart;
      continue;
    }
    values.push_back(run.values.at(figure));
    raws.insert(raws.end(), {run.rawBefore, run.rawAfter});
  }
  standing.counted = values.size();
  if (values.empty()) return standing;
  standing.min = std::ranges::min(values);
  standing.median = medianOf(values);
  standing.max = std::ranges::max(values);
  standing.raw = medianOf(raws);
  return standing;
}

std::optional<std::size_t> bestOf(const Outcome& outcome, Kind kind) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < outcome.standings.size(); ++i) {
    const Standing& standing = outcome.standings[i];
    if (standing.kind != kind || standing.counted == 0) continue;
    const bool isBetter = !best || (standing.median > outcome.standings[*best].median) ==
                                       outcome.figure.higherIsBetter;
    if (isBetter) best = i;
  }
  return best;
}

/// A comparison that begins with something else is meant to be with that: a peer that is harder to
/// beat than any floor, or one choice among others.
std::size_t floorOf(const Outcome& outcome, const std::vector<Contender>& contenders) {
  const bool hasFloors =
      contenders.front().kind == Kind::floor || contenders.front().kind == Kind::bound;
  return hasFloors ? bestOf(outcome, Kind::floor).value_or(0) : 0;
}

Verdict judge(const Outcome& outcome) {
  const std::optional<Target>& target = outcome.figure.target;
  if (!target || !outcome.bestOfSluice) return Verdict::none;
  const auto found = outcome.measured(outcome.standings[*outcome.bestOfSluice]);
  if (!found) return Verdict::none;
  const bool isReached =
      target->bound == Target::Bound::atLeast ? *found >= target->limit : *found <= target->limit;
  return isReached ? Verdict::reached : Verdict::missed;
}

Outcome outcomeOf(const Comparison& comparison, std::size_t figure, const Placement& placement) {
  Outcome outcome{comparison.figures[figure], {}};
  for (const Contender& contender : comparison.contenders)
    outcome.standings.push_back(standingOf(contender, figure, placement));
  outcome.theFloor = floorOf(outcome, comparison.contenders);
  outcome.bestPeer = bestOf(outcome, Kind::peer);
  outcome.bestOfSluice = bestOf(outcome, Kind::sluice);
  const auto ratio = [](const Standing& one, const Standing& other) -> std::optional<double> {
    if (one.counted == 0 || other.counted == 0 || other.median == 0) return {};
    return one.median / other.median;
  };
  for (Standing& standing : outcome.standings) {
    standing.ratioToFloor = ratio(standing, outcome.floor());
    if (outcome.bestPeer)
      standing.ratioToBestPeer = ratio(standing, outcome.standings[*outcome.bestPeer]);
  }
  outcome.verdict = judge(outcome);
  return outcome;
}

}  // namespace

std::optional<double> Outcome::measured(const Standing& standing) const {
  if (standing.counted == 0) return {};
  switch (figure.target->of) {
    case Target::Of::value:
      return standing.median;
    case Target::Of::difference:
      return floor().counted == 0 ? std::nullopt : std::optional(standing.median - floor().median);
    default:
      return standing.ratioToFloor;
  }
}

double medianOf(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<Outcome> outcomesOf(const Comparison& comparison) {
  const Placement placement = choosePlacement(comparison.contenders);
  std::vector<Outcome> outcomes;
  for (std::size_t figure = 0; figure < comparison.figures.size(); ++figure)
    outcomes.push_back(outcomeOf(comparison, figure, placement));
  return outcomes;
}

}  // namespace sluice::bench
