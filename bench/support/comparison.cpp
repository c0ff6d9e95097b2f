#include "support/comparison.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

namespace sluice::bench {
namespace {

const char* nameOf(Standing standing) {
  switch (standing) {
    case Standing::floor:
      return "floor";
    case Standing::peer:
      return "peer";
    default:
      return "sluice";
  }
}

nlohmann::ordered_json jsonOf(const Comparison& comparison, const Contender& contender) {
  const Contender* const peer = comparison.best(Standing::peer);
  nlohmann::ordered_json json{{"workload", comparison.workload},
                              {"system", contender.system},
                              {"standing", nameOf(contender.standing)},
                              {"parameters", comparison.parameters},
                              {"unit", comparison.unit},
                              {"min", contender.min()},
                              {"median", contender.median()},
                              {"max", contender.max()},
                              {"reference", comparison.reference().system},
                              {"ratioToReference", comparison.ratio(contender)},
                              {"ratioToBestPeer", nullptr},
                              {"values", contender.values}};
  if (peer != nullptr) json["ratioToBestPeer"] = contender.median() / peer->median();
  return json;
}

void print(const Comparison& comparison) {
  fmt::print("\n{}, {}: {}\n", comparison.workload, comparison.parameters, comparison.unit);
  for (const Contender& contender : comparison.contenders)
    fmt::print("  {:<7} {:<34}{:>10.2f}{:>10.2f}{:>10.2f}{:>9.2f}\n", nameOf(contender.standing),
               contender.system, contender.min(), contender.median(), contender.max(),
               comparison.ratio(contender));
  const Contender* const ours = comparison.best(Standing::ours);
  if (ours == nullptr || comparison.target == 0) return;
  const double ratio = comparison.ratio(*ours);
  const bool met =
      comparison.higherIsBetter ? ratio >= comparison.target : ratio <= comparison.target;
  fmt::print("  target {:.2f}: {}\n", comparison.target, met ? "reached" : "missed");
}

}  // namespace

double Contender::min() const {
  return *std::ranges::min_element(values);
}
double Contender::max() const {
  return *std::ranges::max_element(values);
}
double Contender::median() const {
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  return sorted[sorted.size() / 2];
}

const Contender& Comparison::reference() const {
  const auto isFloor = [](const Contender& one) { return one.standing == Standing::floor; };
  const auto floor = std::ranges::find_if(contenders, isFloor);
  return floor == contenders.end() ? contenders.front() : *floor;
}

const Contender* Comparison::best(Standing standing) const {
  const Contender* best = nullptr;
  for (const Contender& contender : contenders) {
    if (contender.standing != standing) continue;
    const bool better = best == nullptr || (contender.median() > best->median()) == higherIsBetter;
    if (better) best = &contender;
  }
  return best;
}

double Comparison::ratio(const Contender& contender) const {
  return contender.median() / reference().median();
}

RunOptions parseOptions(int argc, char** argv, const std::string& what) {
  RunOptions options;
  CLI::App app(what);
  app.add_option("--repetitions", options.repetitions, "runs of each system")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--quick", options.quick, "3 short runs of each");
  app.add_option("--json", options.json, "also write the results to this file");
  app.add_option("--processors", options.processors, "where producer and consumers run")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (options.quick) options.repetitions = 3;
  return options;
}

void runInterleaved(std::vector<Comparison>& comparisons, const RunOptions& options) {
  std::size_t all = 0;
  for (const Comparison& comparison : comparisons)
    all += comparison.contenders.size() * options.repetitions;
  std::size_t done = 0;
  for (Comparison& comparison : comparisons) {
    for (unsigned repetition = 0; repetition < options.repetitions; ++repetition) {
      for (Contender& contender : comparison.contenders) {
        fmt::print(stderr, "\r[{}/{}] {}, {}: {}\033[K", ++done, all, comparison.workload,
                   comparison.parameters, contender.system);
        contender.values.push_back(contender.run());
      }
    }
  }
  fmt::print(stderr, "\r\033[K");
}

void report(const std::vector<Comparison>& comparisons, const RunOptions& options) {
  fmt::print("{:<44}{:>10}{:>10}{:>10}{:>9}\n", "", "min", "median", "max", "ratio");
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Comparison& comparison : comparisons) {
    print(comparison);
    for (const Contender& contender : comparison.contenders)
      json.push_back(jsonOf(comparison, contender));
  }
  if (options.json.empty()) return;
  std::ofstream file(options.json);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file << json.dump(2) << '\n';
}

}  // namespace sluice::bench
