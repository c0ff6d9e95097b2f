// One producer, one consumer, both asleep whenever there is nothing to do: on two processors and on
// one.
#include <fmt/format.h>

#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

Comparison compare(const Load& load, const Processors& processors, const RunOptions& options) {
  Comparison comparison{"unicast", parametersOf(load, processors), {throughput(1.0)}};
  const auto add = [&](StreamSystem system, const Load& asked) {
    if (asked.batch != load.batch) system.name += fmt::format(", batches of {}", asked.batch);
    comparison.contenders.push_back(contend(system, asked, processors, options.runTime()));
  };
  Load batches = load;
  batches.batch = 256;
  add(pipeStream(), batches);
  add(unixSocketStream(), batches);
  add(pipeStream(), load);
  add(unixSocketStream(), load);
  add(posixQueueStream(), load);
  add(boostQueueStream(), load);
  add(sluiceStamped(), load);
  add(sluicePacked(), load);
  return comparison;
}

}  // namespace

std::vector<Comparison> unicastBlocking(const RunOptions& options) {
  const Load load{.recordBytes = 64, .idling = Idling::block};
  return {compare(load, options.processors, options),
          compare(load, {{options.processors.numbers.front()}}, options)};
}

}  // namespace sluice::bench
