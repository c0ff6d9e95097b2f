// One producer, one consumer, both spinning or yielding: how many records a second.
#include "systems/lmax.hpp"
#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

Comparison compare(const Load& load, const RunOptions& options) {
  Comparison comparison{"unicast", parametersOf(load, options.processors), {throughput(1.0)}};
  const auto add = [&](const std::optional<StreamSystem>& system) {
    if (system)
      comparison.contenders.push_back(
          contend(*system, load, options.processors, options.runTime()));
  };
  // Like is compared with like: one at a time with one at a time, batches with batches.
  add(load.batch == 1 ? sequenceInSlot() : boostSpsc());
  add(handWrittenCursors());
  if (load.batch == 1) add(boostSpsc());
  if (auto lmax = lmaxStream(load, options.processors, options.runTime()))
    comparison.contenders.push_back(*lmax);
  if (load.batch == 1) add(iceoryxStream());
  if (load.idling == Idling::spin) add(zeroMqStream());
  add(sluiceStamped());
  add(sluicePacked());
  return comparison;
}

}  // namespace

std::vector<Comparison> unicast(const RunOptions& options) {
  std::vector<Comparison> comparisons;
  for (const Idling idling : {Idling::spin, Idling::yield})
    for (const std::size_t recordBytes : {8U, 64U, 1024U})
      for (const std::uint64_t batch : {1U, 32U, 256U})
        comparisons.push_back(
            compare({.recordBytes = recordBytes, .batch = batch, .idling = idling}, options));
  return comparisons;
}

}  // namespace sluice::bench
