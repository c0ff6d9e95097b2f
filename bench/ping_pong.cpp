// A record there and one back: half the time of the round trip, both ends spinning, polling or
// blocking.
#include "support/channel_system.hpp"
#include "systems/channels.hpp"
#include "systems/lmax.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

Comparison compare(Idling idling, const std::array<double, percentiles.size()>& targets,
                   const char* subject = "") {
  return {"ping_pong",
          {.subject = subject,
           .recordBytes = channelRecordBytes,
           .waiting = nameOf(idling),
           .processors = 2},
          latency(targets)};
}

/// Hand-written, for ends that never sleep.
constexpr std::array floors{sequencedLineChannel, sequencedLinePausingChannel,
                            sequenceInSlotChannel, sequenceInSlotPausingChannel,
                            handWrittenCursorsChannel};

/// As what polling is measured against.
ChannelSystem asFloor(ChannelSystem system) {
  system.name += ", waiting";
  system.kind = Kind::floor;
  return system;
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
  Comparison spinning = compare(Idling::spin, {1.1, 0, 2.0, 0});
  add(spinning, rawAtomicsChannel());
  for (const auto floor : floors)
    add(spinning, floor());
  add(spinning, boostSpscChannel());
  add(spinning, dpdkChannel());
  addLmax(spinning, Idling::spin);
  add(spinning, iceoryxChannel());
  add(spinning, sluiceStampedSpinningChannel());
  add(spinning, sluicePackedSpinningChannel());

  Comparison polling = compare(Idling::poll, {1.1, 0, 2.0, 0});
  add(polling, rawAtomicsChannel());
  for (const auto floor : floors)
    add(polling, floor());
  add(polling, boostSpscChannel());
  add(polling, dpdkChannel());
  add(polling, sluiceStampedPollingChannel());
  add(polling, sluicePackedPollingChannel());

  Comparison against = compare(Idling::poll, {1.05, 0, 0, 0}, "against waiting");
  add(against, asFloor(sluiceStampedSpinningChannel()));
  add(against, asFloor(sluicePackedSpinningChannel()));
  add(against, sluiceStampedPollingChannel());
  add(against, sluicePackedPollingChannel());

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
  return {spinning, polling, against, blocking};
}

}  // namespace sluice::bench
