// One producer, one consumer, both spinning or yielding: how many records a second.
#include "systems/lmax.hpp"
#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

/// What Sluice's ratio to the floor is to reach where both ends have a processor of their own.
std::optional<double> targetOf(const Load& load) {
  const bool isTarget =
      load.idling == Idling::spin && (load.batch != 32 || load.recordBytes == 1024);
  return isTarget ? std::optional(1.0) : std::nullopt;
}

/// Like is compared with like: one at a time with one at a time, batches with batches, and large
/// records, which a queue that copies them is slow with, with what does not copy.
StreamSystem floorOf(const Load& load) {
  if (load.batch == 1) return sequenceInSlot();
  return load.recordBytes == 1024 ? handWrittenCursors() : boostSpsc();
}

Comparison compare(const Load& load, const Processors& processors, const RunOptions& options) {
  Comparison comparison{"unicast", parametersOf(load, processors), {throughput(targetOf(load))}};
  const auto add = [&](const std::optional<StreamSystem>& system) {
    if (system)
      comparison.contenders.push_back(contend(*system, load, processors, options.runTime()));
  };
  const StreamSystem floor = floorOf(load);
  add(floor);
  for (const StreamSystem& other : {handWrittenCursors(), boostSpsc()})
    if (other.name != floor.name) add(other);
  if (load.idling == Idling::spin) {
    if (load.batch == 1) add(sequenceInSlotPatient());
    add(handWrittenCursorsPatient());
  }
  add(sameWorkInOneThread());
  add(dpdkStream());
  // Its raw ping-pong would not end on one processor.
  if (processors.numbers.size() > 1) {
    if (auto lmax = lmaxStream(load, processors, options.runTime()))
      comparison.contenders.push_back(*lmax);
  }
  if (load.batch == 1) add(iceoryxStream());
  if (load.idling == Idling::spin) add(zeroMqStream());
  add(sluiceStamped());
  add(sluicePacked());
  return comparison;
}

}  // namespace

std::vector<Comparison> unicast(const RunOptions& options) {
  const auto batches =
      options.quick ? std::vector<std::uint64_t>{1, 256} : std::vector<std::uint64_t>{1, 32, 256};
  std::vector<Comparison> comparisons;
  for (const Idling idling : {Idling::spin, Idling::yield})
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
