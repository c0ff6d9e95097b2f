#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/comparison.hpp"
#include "support/machine.hpp"

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
                              {"parameters", comparison.parameters},
                              {"system", contender.system},
                              {"standing", nameOf(contender.standing)},
                              {"unit", comparison.unit},
                              {"higherIsBetter", comparison.higherIsBetter},
                              {"min", contender.min()},
                              {"median", contender.median()},
                              {"max", contender.max()},
                              {"reference", comparison.reference().system},
                              {"ratioToReference", comparison.ratio(contender)},
                              {"ratioToBestPeer", nullptr},
                              {"target", nullptr},
                              {"rawPingPong", nullptr},
                              {"setApart", contender.countSetApart()}};
  if (peer != nullptr) json["ratioToBestPeer"] = contender.median() / peer->median();
  if (comparison.target != 0) json["target"] = comparison.target;
  if (contender.raw() != 0) json["rawPingPong"] = contender.raw();
  auto& values = json["values"] = nlohmann::ordered_json::array();
  for (const Sample& sample : contender.samples)
    values.push_back(sample.value);
  return json;
}

nlohmann::ordered_json jsonOf(const Machine& machine) {
  return {{"processor", machine.processor},
          {"processors", machine.processors},
          {"kernel", machine.kernel},
          {"compiler", machine.compiler},
          {"memory", machine.mebibytes}};
}

void print(const Comparison& comparison) {
  fmt::print("\n{}, {}: {}\n", comparison.workload, comparison.parameters, comparison.unit);
  for (const Contender& contender : comparison.contenders) {
    fmt::print("  {:<7} {:<34}{:>10.2f}{:>10.2f}{:>10.2f}{:>9.2f}", nameOf(contender.standing),
               contender.system, contender.min(), contender.median(), contender.max(),
               comparison.ratio(contender));
    const double raw = contender.raw();
    fmt::print("{:>8}", raw == 0 ? "-" : fmt::format("{:.0f}", raw));
    const std::size_t apart = contender.countSetApart();
    fmt::print("{}\n", apart == 0 ? "" : fmt::format("  {} set apart", apart));
  }
  const Contender* const ours = comparison.best(Standing::ours);
  if (ours == nullptr || comparison.target == 0) return;
  const double ratio = comparison.ratio(*ours);
  const bool met =
      comparison.higherIsBetter ? ratio >= comparison.target : ratio <= comparison.target;
  fmt::print("  target {:.2f}: {}\n", comparison.target, met ? "reached" : "missed");
}

}  // namespace

void report(const std::vector<Comparison>& comparisons, const RunOptions& options) {
  fmt::print("{:<44}{:>10}{:>10}{:>10}{:>9}{:>8}\n", "", "min", "median", "max", "ratio", "raw ns");
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (const Comparison& comparison : comparisons) {
    print(comparison);
    for (const Contender& contender : comparison.contenders)
      results.push_back(jsonOf(comparison, contender));
  }
  if (options.json.empty()) return;
  std::ofstream file;
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file.open(options.json);
  const nlohmann::ordered_json all{{"machine", jsonOf(thisMachine())}, {"results", results}};
  file << all.dump(2) << '\n';
}

}  // namespace sluice::bench
