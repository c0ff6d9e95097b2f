// One producer, one consumer, both asleep whenever there is nothing to do: on two processors and on
// one.
#include <fmt/format.h>

#include "systems/lmax.hpp"
#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

Comparison compare(const Load& load, const Processors& processors, const RunOptions& options) {
  // What the kernel does best: one call for many records.
  const bool isAgainstBatches = load.recordBytes == 64 && load.batch == 1;
  Comparison comparison{"unicast",
                        parametersOf(load, processors),
                        {throughput(isAgainstBatches ? std::optional(1.0) : std::nullopt)}};
  const auto addAs = [&](const Load& asked, const std::optional<StreamSystem>& system) {
    if (!system) return;
    StreamSystem named = *system;
    if (asked.batch != load.batch) named.name += fmt::format(", batches of {}", asked.batch);
    comparison.contenders.push_back(contend(named, asked, processors, options.runTime()));
  };
  const auto add = [&](const std::optional<StreamSystem>& system) { addAs(load, system); };
  if (isAgainstBatches) {
    Load batches = load;
    batches.batch = 256;
    addAs(batches, pipeStream());
  }
  add(handWrittenBlocking());
  add(pipeStream());
  add(unixSocketStream());
  // It takes messages of 8 KiB at most.
  if (load.batch == 1) add(posixQueueStream());
  add(boostQueueStream());
  add(zeroMqStream());
  if (processors.numbers.size() > 1) {
    if (auto lmax = lmaxStream(load, processors, options.runTime()))
      comparison.contenders.push_back(*lmax);
  }
  add(sluiceStamped());
  add(sluicePacked());
  return comparison;
}

}  // namespace

std::vector<Comparison> unicastBlocking(const RunOptions& options) {
  const auto batches =
      options.quick ? std::vector<std::uint64_t>{1} : std::vector<std::uint64_t>{1, 32, 256};
  std::vector<Comparison> comparisons;
  for (const std::size_t recordBytes : {8U, 64U, 1024U})
    for (const std::uint64_t batch : batches)
      comparisons.push_back(
          compare({.recordBytes = recordBytes, .batch = batch, .idling = Idling::block},
                  options.processors, options));
  comparisons.push_back(compare({.recordBytes = 64, .batch = 1, .idling = Idling::block},
                                {{options.processors.numbers.front()}}, options));
  return comparisons;
}

}  // namespace sluice::bench
