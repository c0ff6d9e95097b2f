#include <nlohmann/json.hpp>

#include "comparison/outcome.hpp"
#include "comparison/placement.hpp"
#include "comparison/report.hpp"

namespace sluice::bench {
namespace {

using Json = nlohmann::ordered_json;

Json jsonOf(const Parameters& parameters) {
  Json json = Json::object();
  const auto add = [&](const char* key, const auto& value, bool saysSomething) {
    if (saysSomething) json[key] = value;
  };
  add("recordBytes", parameters.recordBytes, parameters.recordBytes != 0);
  add("batch", parameters.batch, parameters.batch != 0);
  add("producers", parameters.producers, parameters.producers != 0);
  add("consumers", parameters.consumers, parameters.consumers != 0);
  add("waiting", parameters.waiting, !parameters.waiting.empty());
  add("processors", parameters.processors, parameters.processors != 0);
  add("subject", parameters.subject, !parameters.subject.empty());
  return json;
}

Json orNull(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

const char* nameOf(Target::Of of) {
  switch (of) {
    case Target::Of::value:
      return "value";
    case Target::Of::difference:
      return "difference";
    default:
      return "ratio";
  }
}

Json jsonOf(const std::optional<Target>& target) {
  if (!target) return nullptr;
  return Json::object(
      {{target->bound == Target::Bound::atLeast ? "atLeast" : "atMost", target->limit},
       {"of", nameOf(target->of)}});
}

Json reachedBy(const Outcome& outcome) {
  if (outcome.verdict == Verdict::none) return nullptr;
  return outcome.verdict == Verdict::reached;
}

Json samplesOf(const Contender& contender, std::size_t figure, const Placement& placement) {
  Json samples = Json::array();
  for (const Run& run : contender.runs) {
    Json sample{{"value", run.values.at(figure)}, {"counts", placement.holds(run)}};
    if (run.rawBefore != 0) {
      sample["rawBefore"] = run.rawBefore;
      sample["rawAfter"] = run.rawAfter;
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

Json jsonOf(const Comparison& comparison, const Outcome& outcome, const Standing& standing) {
  const bool counts = standing.counted != 0;
  const auto ifCounted = [&](double value) { return counts ? Json(value) : Json(nullptr); };
  return {{"workload", comparison.workload},
          {"parameters", jsonOf(comparison.parameters)},
          {"figure", outcome.figure.name},
          {"unit", outcome.figure.unit},
          {"higherIsBetter", outcome.figure.higherIsBetter},
          {"system", standing.system},
          {"kind", nameOf(standing.kind)},
          {"min", ifCounted(standing.min)},
          {"median", ifCounted(standing.median)},
          {"max", ifCounted(standing.max)},
          {"floor", outcome.floor().system},
          {"ratioToFloor", orNull(standing.ratioToFloor)},
          {"ratioToBestPeer", orNull(standing.ratioToBestPeer)},
          {"target", jsonOf(outcome.figure.target)},
          {"targetReached", reachedBy(outcome)},
          {"rawPingPong", standing.raw == 0 ? Json(nullptr) : Json(standing.raw)},
          {"runsCounted", standing.counted},
          {"runsSetApart", standing.setApart},
          {"failure", standing.failure.empty() ? Json(nullptr) : Json(standing.failure)}};
}

Json jsonOf(const Machine& machine) {
  return {{"processor", machine.processor},
          {"processors", machine.processors},
          {"kernel", machine.kernel},
          {"compiler", machine.compiler},
          {"memory", machine.mebibytes},
          {"library", machine.library},
          {"date", machine.date}};
}

}  // namespace

std::string jsonOf(const Machine& machine, const std::vector<LeftOut>& leftOut,
                   const std::vector<Comparison>& comparisons) {
  Json all{{"machine", jsonOf(machine)}, {"leftOut", Json::array()}, {"results", Json::array()}};
  for (const LeftOut& one : leftOut)
    all["leftOut"].push_back({{"peer", one.peer}, {"reason", one.reason}});
  for (const Comparison& comparison : comparisons) {
    const Placement placement = choosePlacement(comparison.contenders);
    const std::vector<Outcome> outcomes = outcomesOf(comparison);
    for (std::size_t figure = 0; figure < outcomes.size(); ++figure)
      for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
        Json result = jsonOf(comparison, outcomes[figure], outcomes[figure].standings[i]);
        result["samples"] = samplesOf(comparison.contenders[i], figure, placement);
        all["results"].push_back(std::move(result));
      }
  }
  return all.dump(2) + '\n';
}

}  // namespace sluice::bench
