// Messages of any length: how many a second, and how long one takes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "support/message_lines.hpp"
#include "systems/channels.hpp"
#include "systems/message_streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

/// Messages of one size, or the mix, and the size of slot that was the fastest for them.
struct Cargo {
  MessageSizes sizes;
  std::uint32_t slotSize;
};

/// The default; and what slots of any other size are measured beside.
constexpr std::uint32_t defaultSlot = 64;

std::vector<Cargo> cargoes() {
  return {{MessageSizes(32), 64},
          {MessageSizes(messageBytes), 256},
          {MessageSizes(1024), 64},
          {MessageSizes(16384), 64},
          {MessageSizes::mix(), 64}};
}

bool isMix(const MessageSizes& sizes) {
  return sizes.all().size() > 1;
}

/// So many that a ring has room for several.
std::uint64_t batchOf(const MessageSizes& sizes) {
  return sizes.mean() > 4096 ? 8 : 32;
}

/// As fast as a stream of bytes, message by message as fast as its lines move.
std::optional<double> targetOf(const Cargo& cargo) {
  return 0.95 * linesInByteRing(cargo.sizes) / linesInSlots(cargo.sizes, cargo.slotSize);
}

Comparison emptyComparison(const Cargo& cargo, const Load& load, const RunOptions& options,
                           std::optional<double> target) {
  Comparison comparison{"messages", parametersOf(load, options.processors), {throughput(target)}};
  if (isMix(cargo.sizes))
    comparison.parameters.subject =
        fmt::format("a mix of {} to {} B", MessageSizes::mixLeast, MessageSizes::mixMost);
  else
    comparison.parameters.recordBytes = cargo.sizes.longest();
  return comparison;
}

std::vector<std::optional<StreamSystem>> floorsOf(const MessageRing& ring, Idling idling) {
  std::vector<std::optional<StreamSystem>> floors{byteRing(ring), byteRingByHeader(ring)};
  // An end that yields is patient as it is.
  if (idling != Idling::yield) {
    floors.emplace_back(byteRingPatient(ring));
    floors.emplace_back(byteRingByHeaderPatient(ring));
  }
  floors.emplace_back(messagesInOneThread(ring));
  return floors;
}

/// What never sleeps.
std::vector<std::optional<StreamSystem>> busySystems(const MessageRing& ring, const Load& load) {
  std::vector<std::optional<StreamSystem>> systems = floorsOf(ring, load.idling);
  if (load.batch == 1) systems.push_back(iceoryxMessages(ring));
  if (load.batch == 1 && load.idling == Idling::spin) systems.push_back(zeroMqMessages(ring));
  return systems;
}

/// What sleeps. It begins with what the target is against.
std::vector<std::optional<StreamSystem>> sleepingSystems(const MessageRing& ring,
                                                         const Load& load) {
  std::vector<std::optional<StreamSystem>> systems{unixSocketMessages(ring), byteRingBlocking(ring),
                                                   pipeMessages(ring)};
  if (load.batch == 1) {
    systems.emplace_back(unixSeqpacketMessages(ring));
    systems.emplace_back(boostQueueMessages(ring));
    systems.push_back(zeroMqMessages(ring));
  }
  return systems;
}

Comparison compare(const Cargo& cargo, const Load& load, const RunOptions& options) {
  const bool sleeps = load.idling == Idling::block;
  const bool isAgainstSocket = sleeps && load.batch == 1 && cargo.sizes.longest() == messageBytes;
  std::optional<double> target;
  if (isAgainstSocket) target = 3.0;
  if (load.idling == Idling::spin || load.idling == Idling::poll) target = targetOf(cargo);
  Comparison comparison = emptyComparison(cargo, load, options, target);
  const MessageRing ring = MessageRing::forStream(cargo.sizes);
  const auto add = [&](const std::optional<StreamSystem>& system) {
    if (system)
      comparison.contenders.push_back(
          contend(*system, load, options.processors, options.runTime()));
  };
  for (const auto& system : sleeps ? sleepingSystems(ring, load) : busySystems(ring, load))
    add(system);
  add(sluiceLongestRecords(ring));
  add(sluiceMessages(ring, cargo.slotSize));
  if (cargo.slotSize != defaultSlot) add(sluiceMessages(ring, defaultSlot));
  return comparison;
}

/// A short message against the record that has as many lines; one of several lines against the
/// stream of bytes.
std::vector<Comparison> oneWay(Idling idling, const RunOptions& options) {
  const auto comparisonOf = [&](std::size_t bytes, double target) {
    Comparison comparison{
        "messages",
        {.subject = "one way", .recordBytes = bytes, .waiting = nameOf(idling), .processors = 2},
        latency({target, 0, 0, 0})};
    return comparison;
  };
  const auto add = [&](Comparison& comparison, const ChannelSystem& system) {
    comparison.contenders.push_back(
        contend(system, &ChannelSystem::pingPong, options.processors, options.runTime()));
  };
  Comparison small = comparisonOf(shortMessageBytes, 1.03);
  ChannelSystem record =
      idling == Idling::poll ? sluiceStampedPollingChannel() : sluiceStampedSpinningChannel();
  record.name += fmt::format(", a record of {} B", channelRecordBytes);
  record.kind = Kind::floor;
  add(small, record);
  add(small, sluiceShortMessageChannel(idling));

  Comparison middling = comparisonOf(messageBytes, 1.1);
  add(middling, byteRingChannel());
  add(middling, byteRingByHeaderChannel());
  add(middling, sluiceMessageInSlotChannel(idling));
  add(middling, sluiceMessageBehindSlotsChannel(idling));
  return {small, middling};
}

}  // namespace

std::vector<Comparison> messages(const RunOptions& options) {
  std::vector<Comparison> comparisons;
  for (const Idling idling : {Idling::spin, Idling::poll})
    std::ranges::move(oneWay(idling, options), std::back_inserter(comparisons));
  const auto add = [&](Idling idling, bool batches) {
    for (const Cargo& cargo : cargoes())
      comparisons.push_back(compare(
          cargo, {.recordBytes = 0, .batch = batches ? batchOf(cargo.sizes) : 1, .idling = idling},
          options));
  };
  add(Idling::spin, false);
  add(Idling::spin, true);
  add(Idling::block, false);
  if (options.quick) return comparisons;
  add(Idling::poll, false);
  add(Idling::poll, true);
  add(Idling::yield, false);
  add(Idling::block, true);
  return comparisons;
}

}  // namespace sluice::bench
