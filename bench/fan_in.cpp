// Many producers into one reader: how many records a second, by how the reader waits.
#include "systems/fan_ins.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "support/stream_system.hpp"
#include "systems/lmax.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

struct Work {
  Load load;
  Processors processors;
  std::chrono::nanoseconds runTime;
};

void add(Comparison& comparison, const Work& work, const std::optional<FanInSystem>& system) {
  if (system)
    comparison.contenders.push_back(contend(*system, work.load, work.processors, work.runTime));
}

void addLmax(Comparison& comparison, const Work& work) {
  // Its raw ping-pong would not end on one processor.
  if (work.processors.numbers.size() == 1) return;
  if (auto lmax = lmaxFanIn(work.load, work.processors, work.runTime))
    comparison.contenders.push_back(*std::move(lmax));
}

void addSluice(Comparison& comparison, const Work& work) {
  add(comparison, work, sluiceFanInStamped());
  add(comparison, work, sluiceFanInPacked());
}

Comparison begin(const Work& work, std::optional<double> atLeast = {}) {
  return {"fan_in", parametersOf(work.load, work.processors), {throughput(atLeast)}};
}

Comparison compare(const Work& work) {
  Comparison comparison = begin(work);
  if (work.load.idling == Idling::poll) {
    for (const auto floor :
         {ringsWithSequences, ringsWithSequencesPatient, ringsWithCursors, ringsWithCursorsPatient})
      add(comparison, work, floor());
  } else {
    add(comparison, work, ringsWithCursorsBlocking());
  }
  for (const auto peer : {datagramFanIn, datagramPairFanIn, pipeFanIn})
    add(comparison, work, peer());
  // What waits by itself neither polls nor has a descriptor.
  if (work.load.idling == Idling::block) {
    add(comparison, work, zeroMqFanIn());
    addLmax(comparison, work);
  }
  addSluice(comparison, work);
  return comparison;
}

Comparison besideDatagrams(const Work& work) {
  Comparison comparison = begin(work, 5);
  comparison.parameters.subject = "beside a Unix datagram socket";
  add(comparison, work, datagramPairFanIn());
  addSluice(comparison, work);
  return comparison;
}

std::optional<Comparison> besideLmax(const Work& work) {
  Comparison comparison = begin(work, 2);
  comparison.parameters.subject = "beside LMAX";
  addLmax(comparison, work);
  if (comparison.contenders.empty()) return {};
  addSluice(comparison, work);
  return comparison;
}

}  // namespace

std::vector<Comparison> fanIn(const RunOptions& options) {
  std::vector<Comparison> comparisons;
  const auto numbers = options.quick ? std::vector{8U} : std::vector{2U, 8U, 64U};
  const auto workOf = [&](unsigned producers, Idling idling) {
    // Each producer is to have several turns on the processor that it shares.
    return Work{{.producers = producers, .idling = idling},
                options.processors,
                options.runTime() * std::max(producers / 16, 1U)};
  };
  for (const Idling idling : {Idling::poll, Idling::block, Idling::eventLoop})
    for (const unsigned producers : numbers)
      comparisons.push_back(compare(workOf(producers, idling)));
  const Work sleeping = workOf(8, Idling::block);
  comparisons.push_back(besideDatagrams(sleeping));
  if (auto comparison = besideLmax(sleeping)) comparisons.push_back(*std::move(comparison));
  Work onOne = sleeping;
  onOne.processors.numbers.resize(1);
  comparisons.push_back(compare(onOne));
  return comparisons;
}

}  // namespace sluice::bench
