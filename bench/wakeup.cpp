// One end sleeps, the other one does what it waits for: how long until it is awake and has it.
#include "support/channel_system.hpp"
#include "systems/channels.hpp"
#include "systems/lmax.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

Comparison compare(const char* who, double target = 0) {
  return {"wakeup",
          {.subject = who, .recordBytes = channelRecordBytes, .processors = 2},
          latency({target, 0, 0, 0})};
}

}  // namespace

std::vector<Comparison> wakeup(const RunOptions& options) {
  // A wake-up takes some 80 us with the time to fall asleep, and there should be a thousand.
  const auto runTime = 2 * options.runTime();
  Comparison consumer = compare("blocked consumer", 1.05);
  const auto addConsumer = [&](const std::optional<ChannelSystem>& system) {
    if (system)
      consumer.contenders.push_back(
          contend(*system, &ChannelSystem::wakeConsumer, options.processors, runTime));
  };
  addConsumer(futexChannel());
  addConsumer(pipeChannel());
  addConsumer(unixSocketChannel());
  addConsumer(posixQueueChannel());
  addConsumer(boostQueueChannel());
  addConsumer(zeroMqChannel());
  if (auto lmax = lmaxWakeConsumer(options.processors, runTime))
    consumer.contenders.push_back(*lmax);
  addConsumer(sluiceStampedChannel());
  addConsumer(sluicePackedChannel());

  Comparison producer = compare("blocked producer");
  for (const auto system :
       {fullFutex, fullPipe, fullPosixQueue, fullBoostQueue, fullSluiceStamped, fullSluicePacked})
    producer.contenders.push_back(
        contend(system(), &ChannelSystem::wakeProducer, options.processors, runTime));
  return {consumer, producer};
}

}  // namespace sluice::bench
