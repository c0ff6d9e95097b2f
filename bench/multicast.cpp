// One producer and several consumers that each see every record: how many records a second.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "support/comparison.hpp"
#include "support/pair_run.hpp"
#include "systems/hand_written_disruptor.hpp"
#include "systems/lmax.hpp"
#include "systems/peers_left_out.hpp"
#include "systems/sluice_ring.hpp"

namespace {

using namespace sluice::bench;

constexpr std::size_t size = 64;

template <class System>
Contender contend(const std::string& name, Standing standing, Load load,
                  const RunOptions& options) {
  const Processors processors{options.processors};
  return {name, standing, [load, processors] {
            System system(load);
            return runOnce<size>(system, load, processors).recordsPerSecond / 1e6;
          }};
}

Comparison compare(unsigned consumers, Idling idling, std::uint64_t batch,
                   const RunOptions& options) {
  const bool yields = idling == Idling::yield;
  const double target = consumers > 3 ? 0 : yields ? 1.0 : 3.0;
  Comparison comparison{
      "multicast",
      fmt::format("64 B, to {}, {}, {}", consumers, yields ? "yielding" : "blocking",
                  batch == 1 ? "one at a time" : "batches of 256"),
      "M/s", true, target};
  Load load{yields ? 10'000'000U : 5'000'000U, batch, 8192, consumers, idling};
  if (options.quick) load.records /= 10;
  auto& contenders = comparison.contenders;
  if (yields)
    contenders.push_back(
        contend<HandWrittenDisruptor<size>>("hand-written", Standing::floor, load, options));
  if (lmaxIsThere()) {
    Load fewer = load;
    fewer.records = load.records / 5;
    const Processors processors{options.processors};
    contenders.push_back({"LMAX Disruptor, threads of a JVM", Standing::peer, [fewer, processors] {
                            return runLmax(size, fewer, processors).value() / 1e6;
                          }});
  }
  contenders.push_back(
      contend<SluiceRing<size, sluice::stamped>>("stamped", Standing::ours, load, options));
  contenders.push_back(
      contend<SluiceRing<size, sluice::packed>>("packed", Standing::ours, load, options));
  return comparison;
}

}  // namespace

int main(int argc, char** argv) try {
  const RunOptions options =
      parseOptions(argc, argv, "Records a second from one producer to several consumers.");
  tellPeersLeftOut();
  std::vector<Comparison> comparisons;
  for (const Idling idling : {Idling::yield, Idling::block}) {
    for (const unsigned consumers : {2U, 3U, 8U}) {
      for (const std::uint64_t batch : {1U, 256U})
        comparisons.push_back(compare(consumers, idling, batch, options));
    }
  }
  runInterleaved(comparisons, options);
  report(comparisons, options);
  return 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "multicast: {}\n", exception.what());
  return 1;
}
