// One end sleeps, the other one does what it waits for: how long until it is awake and has it.
#include <utility>

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
  // A wake-up takes some 230 us with the time to fall asleep, and there should be a thousand.
  const auto runTime = 4 * options.runTime();
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

  std::vector<Comparison> all{consumer, producer};
  const auto add = [&](Comparison comparison, const ChannelSystem& floor,
                       const ChannelSystem& own) {
    for (const ChannelSystem& system : {floor, own})
      comparison.contenders.push_back(
          contend(system, &ChannelSystem::wakeConsumer, options.processors, runTime));
    all.push_back(std::move(comparison));
  };
  add(compare("blocked reader of 1 ring", 1.1), sluiceSingleWait(), sluiceWaitSet1());
  add(compare("blocked reader of 8 rings", 1.2), sluiceSingleWait(), sluiceWaitSet8());
  Comparison of62 = compare("blocked reader of 62 rings");
  of62.figures.front().target = {Target::Bound::atMost, 15'000, Target::Of::difference};
  add(std::move(of62), sluiceSingleWait(), sluiceWaitSet62());
  add(compare("event loop", 2.2), sluiceSingleWait(), sluiceDescriptor());
  add(compare("event loop, beside eventfd", 1.1), eventfdAndThread(), sluiceDescriptor());
  return all;
}

}  // namespace sluice::bench
