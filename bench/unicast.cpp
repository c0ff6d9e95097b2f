// One producer, one consumer, both spinning: how many records a second.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "support/comparison.hpp"
#include "support/contend.hpp"
#include "systems/boost_spsc.hpp"
#include "systems/hand_written_disruptor.hpp"
#ifdef SLUICE_BENCH_ICEORYX
#include "systems/iceoryx.hpp"
#endif
#include "systems/lmax.hpp"
#include "systems/peers_left_out.hpp"
#include "systems/sequence_in_slot.hpp"
#include "systems/sluice_ring.hpp"
#ifdef SLUICE_BENCH_ZEROMQ
#include "systems/zeromq.hpp"
#endif

namespace {

using namespace sluice::bench;

/// Half a MiB of slots, and one MiB of the largest: what stays in a second-level cache.
template <std::size_t size>
constexpr std::uint64_t capacityOf = size == 8    ? 65536
                                     : size == 64 ? 8192
                                                  : 1024;

/// Peers that this machine may be without, with fewer records as they are slow, or slow to start.
template <std::size_t size>
void addOptionalPeers(std::vector<Contender>& contenders, const Load& load,
                      const RunOptions& options) {
  addLmax(contenders, size, load, {options.processors});
#ifdef SLUICE_BENCH_ZEROMQ
  Load few = load;
  few.records = load.records / 20;
  contenders.push_back(
      contend<size, ZeroMq<size>>("ZeroMQ, ipc", Standing::peer, few, {options.processors}));
#endif
#ifdef SLUICE_BENCH_ICEORYX
  // It knows no batches.
  if (load.batch == 1) {
    Load fewest = load;
    fewest.records = load.records / 100;
    contenders.push_back(
        contend<size, Iceoryx<size>>("iceoryx", Standing::peer, fewest, {options.processors}));
  }
#endif
}

template <std::size_t size>
Comparison compare(std::uint64_t batch, double target, const RunOptions& options) {
  Load load;
  load.batch = batch;
  load.capacity = capacityOf<size>;
  load.records = (size == 1024 ? 2'000'000U : 20'000'000U) * (batch > 1 ? 3 : 1);
  if (options.quick) load.records /= 10;
  const std::string batches = batch == 1 ? "one at a time" : fmt::format("batches of {}", batch);
  Comparison comparison{"unicast", fmt::format("{} B, {}", size, batches), "M/s", true, target};
  auto& contenders = comparison.contenders;
  using Boost = BoostSpsc<size, capacityOf<size>>;
  if (batch == 1)
    contenders.push_back(contend<size, SequenceInSlot<size>>(
        "hand-written, sequence in the slot", Standing::floor, load, {options.processors}));
  else
    contenders.push_back(contend<size, Boost>("boost::lockfree::spsc_queue", Standing::floor, load,
                                              {options.processors}));
  contenders.push_back(contend<size, HandWrittenDisruptor<size>>(
      "hand-written, cursors", Standing::floor, load, {options.processors}));
  if (batch == 1)
    contenders.push_back(contend<size, Boost>("boost::lockfree::spsc_queue", Standing::peer, load,
                                              {options.processors}));
  addOptionalPeers<size>(contenders, load, options);
  contenders.push_back(contend<size, SluiceRing<size, sluice::stamped>>(
      "stamped", Standing::ours, load, {options.processors}));
  contenders.push_back(contend<size, SluiceRing<size, sluice::packed>>("packed", Standing::ours,
                                                                       load, {options.processors}));
  return comparison;
}

}  // namespace

int main(int argc, char** argv) try {
  const RunOptions options = parseOptions(
      argc, argv, "Records a second from one producer to one consumer, both spinning.");
  tellPeersLeftOut();
  std::vector<Comparison> comparisons;
  for (const std::uint64_t batch : {1U, 32U, 256U}) {
    comparisons.push_back(compare<8>(batch, 1.0, options));
    comparisons.push_back(compare<64>(batch, 1.0, options));
    comparisons.push_back(compare<1024>(batch, 1.0, options));
  }
  runInterleaved(comparisons, options);
  report(comparisons, options);
  return 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "unicast: {}\n", exception.what());
  return 1;
}
