// One producer and several consumers that each see every record: how many records a second.
#include "systems/lmax.hpp"
#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

/// What Sluice's ratio to the floor is to reach; nothing for more consumers than anybody runs.
std::optional<double> targetOf(const Load& load) {
  if (load.consumers > 3) return {};
  return load.idling == Idling::yield ? 1.0 : 3.0;
}

Comparison compare(const Load& load, const RunOptions& options) {
  Comparison comparison{"multicast", parametersOf(load, options.processors), {}};
  const auto add = [&](const StreamSystem& system) {
    comparison.contenders.push_back(contend(system, load, options.processors, options.runTime()));
  };
  if (load.idling == Idling::yield) add(handWrittenCursors());
  if (auto lmax = lmaxStream(load, options.processors, options.runTime()))
    comparison.contenders.push_back(*lmax);
  // Where the peer is missing, there is nothing that the target would be for.
  const bool hasFloor = !comparison.contenders.empty();
  comparison.figures = {throughput(hasFloor ? targetOf(load) : std::nullopt)};
  if (load.idling == Idling::block) add(handWrittenBlocking());
  add(sluiceStamped());
  add(sluicePacked());
  return comparison;
}

}  // namespace

std::vector<Comparison> multicast(const RunOptions& options) {
  std::vector<Comparison> comparisons;
  for (const Idling idling : {Idling::yield, Idling::block})
    for (const unsigned consumers : {2U, 3U, 8U})
      for (const std::uint64_t batch : {1U, 256U})
        comparisons.push_back(
            compare({.batch = batch, .consumers = consumers, .idling = idling}, options));
  return comparisons;
}

}  // namespace sluice::bench
