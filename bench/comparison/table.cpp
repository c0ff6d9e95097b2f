#include <fmt/format.h>

#include <algorithm>

#include "comparison/outcome.hpp"
#include "comparison/report.hpp"

namespace sluice::bench {
namespace {

std::string textOf(double value) {
  return fmt::format("{:.{}f}", value, value < 100 ? 2 : 1);
}

std::string textOf(const std::optional<double>& ratio) {
  return ratio ? fmt::format("{:.2f}", *ratio) : "-";
}

std::string textOf(const Target& target) {
  return fmt::format("{} {:.2f}",
                     target.bound == Target::Bound::atLeast ? ">=" : "<=", target.limit);
}

/// What the target of an outcome is a limit of: "of some floor", "ns more than some floor", or
/// "ns".
std::string measureOf(const Outcome& outcome) {
  switch (outcome.figure.target->of) {
    case Target::Of::value:
      return outcome.figure.unit;
    case Target::Of::difference:
      return outcome.figure.unit + " more than " + outcome.floor().system;
    default:
      return "of " + outcome.floor().system;
  }
}

const char* nameOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::reached:
      return "reached";
    case Verdict::missed:
      return "missed";
    default:
      return "not known";
  }
}

std::string lineOf(const Standing& standing) {
  std::string line = fmt::format("  {:<7}{:<40}", nameOf(standing.kind), standing.system);
  if (standing.counted != 0)
    line += fmt::format("{:>11}{:>11}{:>11}{:>9}{:>9}{:>8}", textOf(standing.min),
                        textOf(standing.median), textOf(standing.max),
                        textOf(standing.ratioToFloor), textOf(standing.ratioToBestPeer),
                        standing.raw == 0 ? "-" : fmt::format("{:.0f}", standing.raw));
  else if (standing.failure.empty())
    line += "  no run with the processors placed as for the others";
  line += standing.setApart == 0 ? "" : fmt::format("  {} set apart", standing.setApart);
  line += standing.failure.empty() ? "" : fmt::format("  failed: {}", standing.failure);
  return line + '\n';
}

/// How far apart the processors were, by the comparisons between two processes.
std::string placementsOf(const std::vector<Comparison>& comparisons) {
  std::vector<double> raws;
  for (const Comparison& comparison : comparisons) {
    const auto outcomes = outcomesOf(comparison);
    for (const Standing& standing : outcomes.front().standings)
      if (standing.raw != 0) raws.push_back(standing.raw);
  }
  if (raws.empty()) return {};
  const auto [least, most] = std::ranges::minmax(raws);
  return fmt::format("\nraw ping-pong of the runs that count: {:.0f} to {:.0f} ns, median {:.0f}\n",
                     least, most, medianOf(raws));
}

std::string summaryLineOf(const Comparison& comparison, const Outcome& outcome) {
  std::string heading = headingOf(comparison);
  if (comparison.figures.size() > 1) heading += ", " + outcome.figure.name;
  const auto foundOf = [&](const std::optional<std::size_t>& best) -> std::string {
    const auto found = best ? outcome.measured(outcome.standings[*best]) : std::nullopt;
    return textOf(found);
  };
  std::string than = outcome.floor().system;
  if (outcome.figure.target->of == Target::Of::value) than = "in " + outcome.figure.unit;
  if (outcome.figure.target->of == Target::Of::difference)
    than += ", " + outcome.figure.unit + " more";
  return fmt::format("  {:<58} {:<39}{:>10}{:>8}{:>9}  {}\n", heading, than,
                     foundOf(outcome.bestPeer), foundOf(outcome.bestOfSluice),
                     textOf(*outcome.figure.target), nameOf(outcome.verdict));
}

}  // namespace

std::string cardOf(const Machine& machine) {
  return fmt::format("{} x {}, {} MiB, {}, {}, Sluice {}\n", machine.processors, machine.processor,
                     machine.mebibytes, machine.kernel, machine.compiler, machine.library);
}

std::string tableOf(const Comparison& comparison) {
  std::string table;
  for (const Outcome& outcome : outcomesOf(comparison)) {
    table += fmt::format("\n{}\n", headingOf(comparison));
    table += fmt::format("  {:<47}{:>11}{:>11}{:>11}{:>9}{:>9}{:>8}\n",
                         outcome.figure.name + ", " + outcome.figure.unit, "min", "median", "max",
                         "/ floor", "/ peer", "raw ns");
    for (const Standing& standing : outcome.standings)
      table += lineOf(standing);
    if (outcome.figure.target)
      table += fmt::format("  target: Sluice {} {}: {}\n", textOf(*outcome.figure.target),
                           measureOf(outcome), nameOf(outcome.verdict));
  }
  return table;
}

std::string summaryOf(const std::vector<Comparison>& comparisons) {
  std::string lines;
  std::string failures;
  for (const Comparison& comparison : comparisons) {
    for (const Outcome& outcome : outcomesOf(comparison))
      if (outcome.figure.target) lines += summaryLineOf(comparison, outcome);
    for (const Contender& contender : comparison.contenders)
      if (!contender.failure.empty())
        failures += fmt::format("  {}: {}: {}\n", headingOf(comparison), contender.system,
                                contender.failure);
  }
  std::string summary;
  if (!lines.empty())
    summary = fmt::format("\n  {:<58} {:<39}{:>10}{:>8}{:>9}\n", "all targets", "floor",
                          "best peer", "Sluice", "target") +
              lines;
  if (!failures.empty()) summary += "\nfailed\n" + failures;
  return summary + placementsOf(comparisons);
}

}  // namespace sluice::bench
