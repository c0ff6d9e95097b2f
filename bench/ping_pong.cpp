// A record there and one back: half the time of the round trip, both ends spinning or blocking.
#include "support/channel_system.hpp"
#include "systems/channels.hpp"
#include "systems/lmax.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

Comparison compare(Idling idling, const std::array<double, percentiles.size()>& targets) {
  return {"ping_pong",
          {.recordBytes = channelRecordBytes, .waiting = nameOf(idling), .processors = 2},
          latency(targets)};
}

}  // namespace

std::vector<Comparison> pingPong(const RunOptions& options) {
  const auto add = [&](Comparison& comparison, const std::optional<ChannelSystem>& system) {
    if (system)
      comparison.contenders.push_back(
          contend(*system, &ChannelSystem::pingPong, options.processors, options.runTime()));
  };
  const auto addLmax = [&](Comparison& comparison, Idling idling) {
    if (auto lmax = lmaxPingPong(idling, options.processors, options.runTime()))
      comparison.contenders.push_back(*lmax);
  };
  Comparison spinning = compare(Idling::spin, {1.12, 0, 2.0, 0});
  add(spinning, rawAtomicsChannel());
  add(spinning, sequencedLineChannel());
  add(spinning, handWrittenCursorsChannel());
  add(spinning, boostSpscChannel());
  add(spinning, dpdkChannel());
  addLmax(spinning, Idling::spin);
  add(spinning, iceoryxChannel());
  add(spinning, sluiceStampedSpinningChannel());
  add(spinning, sluicePackedSpinningChannel());

  Comparison blocking = compare(Idling::block, {});
  add(blocking, futexChannel());
  add(blocking, pipeChannel());
  add(blocking, unixSocketChannel());
  add(blocking, posixQueueChannel());
  add(blocking, boostQueueChannel());
  add(blocking, zeroMqChannel());
  addLmax(blocking, Idling::block);
  add(blocking, sluiceStampedChannel());
  add(blocking, sluicePackedChannel());
  return {spinning, blocking};
}

}  // namespace sluice::bench
