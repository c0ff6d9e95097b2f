// One producer, one consumer, both spinning, polling or yielding: how many records a second.
#include "systems/lmax.hpp"
#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

/// What Sluice's ratio to the best floor is to reach where both ends have a processor of their own.
std::optional<double> targetOf(const Load& load) {
  if (load.idling == Idling::yield) return std::nullopt;
  if (load.batch == 1) return 0.9;
  return load.batch == 256 ? std::optional(0.95) : std::nullopt;
}

std::vector<StreamSystem> floorsOf(const Load& load) {
  std::vector<StreamSystem> floors{sequenceInSlot(), sequenceInLines(), handWrittenCursors()};
  // Who yields is patient as it is.
  if (load.idling != Idling::yield)
    for (const auto patient :
         {sequenceInSlotPatient, sequenceInLinesPatient, handWrittenCursorsPatient})
      floors.push_back(patient());
  return floors;
}

std::vector<StreamSystem> sluicesOf(const Load& load) {
  std::vector<StreamSystem> systems{sluiceStamped(), sluicePacked(), sluiceStampedLines()};
  if (load.idling == Idling::poll && load.batch == 1) systems.push_back(sluiceStampedClaimingNow());
  const bool isForUntyped =
      load.idling == Idling::spin && load.recordBytes != 1024 && load.batch != 32;
  if (isForUntyped) {
    systems.push_back(sluiceUntypedStamped());
    systems.push_back(sluiceUntypedPacked());
  }
  return systems;
}

Comparison compare(const Load& load, const Processors& processors, const RunOptions& options) {
  Comparison comparison{"unicast", parametersOf(load, processors), {throughput(targetOf(load))}};
  const auto add = [&](const std::optional<StreamSystem>& system) {
    if (system)
      comparison.contenders.push_back(contend(*system, load, processors, options.runTime()));
  };
  for (const StreamSystem& floor : floorsOf(load))
    add(floor);
  add(sameWorkInOneThread());
  add(boostSpsc());
  add(dpdkStream());
  // What waits by itself does not poll. LMAX's raw ping-pong would not end on one processor.
  if (load.idling != Idling::poll && processors.numbers.size() > 1) {
    if (auto lmax = lmaxStream(load, processors, options.runTime()))
      comparison.contenders.push_back(*lmax);
  }
  if (load.batch == 1) add(iceoryxStream());
  if (load.idling == Idling::spin) add(zeroMqStream());
  for (const StreamSystem& sluice : sluicesOf(load))
    add(sluice);
  return comparison;
}

}  // namespace

std::vector<Comparison> unicast(const RunOptions& options) {
  const auto batches =
      options.quick ? std::vector<std::uint64_t>{1, 256} : std::vector<std::uint64_t>{1, 32, 256};
  std::vector<Comparison> comparisons;
  for (const Idling idling : {Idling::spin, Idling::poll, Idling::yield})
    for (const std::size_t recordBytes : {8U, 64U, 1024U})
      for (const std::uint64_t batch : batches)
        comparisons.push_back(
            compare({.recordBytes = recordBytes, .batch = batch, .idling = idling},
                    options.processors, options));
  comparisons.push_back(compare({.recordBytes = 64, .batch = 1, .idling = Idling::yield},
                                {{options.processors.numbers.front()}}, options));
  return comparisons;
}

}  // namespace sluice::bench
