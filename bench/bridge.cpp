// From a ring to another one over a server of NATS, beside what libnats does without rings.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "comparison/percentiles.hpp"
#include "nats/bridged.hpp"
#include "nats/floor.hpp"
#include "support/channel_system.hpp"
#include "support/stream_system.hpp"
#include "workloads.hpp"

namespace sluice::bench {

#ifdef SLUICE_BENCH_BRIDGE
namespace {

constexpr std::size_t batchBytes = 128U << 10;  // what shm-bridge makes unless told otherwise

Run millionsPerSecond(std::uint64_t count, double seconds) {
  return {{static_cast<double>(count) / seconds / 1e6}};
}

/// The floor sends messages as long as the bridge's batches, with nothing in them.
Comparison streamOf(std::size_t bytes, std::uint64_t total, Contender own) {
  const std::uint64_t batches = total / batchBytes;
  const std::uint64_t count = total / bytes;
  return {"bridge",
          {.subject = "ring to ring", .recordBytes = bytes},
          {throughput(0.9)},
          {{"libnats, asynchronous, to a subscriber", Kind::floor,
            [=] { return millionsPerSecond(count, natsStreamSeconds(batchBytes, batches)); }},
           std::move(own)}};
}

Comparison oneWay(std::size_t count) {
  const auto run = [](std::vector<std::uint32_t> times) {
    std::ranges::sort(times);
    return Run{percentilesOf(times)};
  };
  return {"bridge",
          {.subject = "ring to ring, quiet", .recordBytes = 64},
          latency({1.2, 0, 0, 0}),
          {{"JetStream to a push consumer, two futex wakes", Kind::floor,
            [=] { return run(natsOneWayTimes(64, count)); }},
           {"Sluice, shm-bridge", Kind::sluice, [=] { return run(bridgedOneWayTimes(count)); }}}};
}

Comparison idleEnds() {
  const Target target{Target::Bound::atMost, 5, Target::Of::value};
  return {"bridge",
          {.subject = "without records"},
          {{"processor time, out", "ms/s", false, target},
           {"processor time, in", "ms/s", false, target}},
          {{"Sluice, shm-bridge", Kind::sluice, [] {
              const IdleCost cost = bridgedIdleCost();
              return Run{{cost.out, cost.in}};
            }}}};
}

}  // namespace

std::vector<Comparison> bridge(const RunOptions& options) {
  const std::uint64_t total = options.quick ? 64U << 20 : 256U << 20;
  const std::uint64_t records = total / 64;
  const std::uint64_t messages = total / 1024;
  std::vector<Comparison> comparisons{
      streamOf(64, total,
               {"Sluice, shm-bridge", Kind::sluice,
                [=] { return millionsPerSecond(records, bridgedRecordSeconds(records)); }}),
      oneWay(options.quick ? 200 : 1000)};
  if (options.quick) return comparisons;
  comparisons.push_back(streamOf(
      1024, total, {"Sluice, shm-bridge, messages", Kind::sluice, [=] {
                      return millionsPerSecond(messages, bridgedMessageSeconds(1024, messages));
                    }}));
  comparisons.push_back(idleEnds());
  return comparisons;
}

#else

std::vector<Comparison> bridge(const RunOptions& /*options*/) {
  return {};
}

#endif

}  // namespace sluice::bench
