// One end sleeps, the other one does what it waits for: how long until it is awake and has it.
#include "support/channel_system.hpp"
#include "systems/channels.hpp"
#include "systems/lmax.hpp"
#include "workloads.hpp"

namespace sluice::bench {

std::vector<Comparison> wakeup(const RunOptions& options) {
  // A wake-up takes some 80 us with the time to fall asleep, and there should be a thousand.
  const auto runTime = 2 * options.runTime();
  Comparison consumer{
      "wakeup",
      {.subject = "blocked consumer", .recordBytes = channelRecordBytes, .processors = 2},
      latency({1.05, 0, 0, 0})};
  const auto add = [&](const ChannelSystem& system) {
    consumer.contenders.push_back(
        contend(system, &ChannelSystem::wakeConsumer, options.processors, runTime));
  };
  add(futexChannel());
  add(pipeChannel());
  add(unixSocketChannel());
  add(posixQueueChannel());
  add(boostQueueChannel());
  if (auto lmax = lmaxWakeConsumer(options.processors, runTime))
    consumer.contenders.push_back(*lmax);
  add(sluiceStampedChannel());
  add(sluicePackedChannel());
  return {consumer};
}

}  // namespace sluice::bench
