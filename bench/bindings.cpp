// The roles in other languages, beside the same in C++.
#include <utility>

#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

/// What a caller of C is to reach of the untyped role of C++.
constexpr double targetOfC = 0.8;

/// The system that the others are measured by.
StreamSystem asFloor(StreamSystem system) {
  system.kind = Kind::floor;
  return system;
}

}  // namespace

std::vector<Comparison> bindings(const RunOptions& options) {
  std::vector<Comparison> comparisons;
  const auto c = sluiceC();
  if (!c) return comparisons;
  for (const std::uint64_t batch : {1U, 256U}) {
    const Load load{.recordBytes = 64, .batch = batch, .idling = Idling::spin};
    Comparison comparison{
        "bindings", parametersOf(load, options.processors), {throughput(targetOfC)}};
    for (const StreamSystem& system : {asFloor(sluiceUntypedStamped()), *c})
      comparison.contenders.push_back(contend(system, load, options.processors, options.runTime()));
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace sluice::bench
