// One producer and several consumers that each see every record: how many records a second.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "support/comparison.hpp"
#include "support/contend.hpp"
#include "systems/hand_written_disruptor.hpp"
#include "systems/lmax.hpp"
#include "systems/peers_left_out.hpp"
#include "systems/sluice_ring.hpp"

namespace {

using namespace sluice::bench;

constexpr std::size_t size = 64;

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
    contenders.push_back(contend<size, HandWrittenDisruptor<size>>("hand-written", Standing::floor,
                                                                   load, {options.processors}));
  addLmax(contenders, size, load, {options.processors});
  contenders.push_back(contend<size, SluiceRing<size, sluice::stamped>>(
      "stamped", Standing::ours, load, {options.processors}));
  contenders.push_back(contend<size, SluiceRing<size, sluice::packed>>("packed", Standing::ours,
                                                                       load, {options.processors}));
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
