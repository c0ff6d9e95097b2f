// A system that carries single records, as one of those whose latencies are compared.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "comparison/comparison.hpp"
#include "comparison/percentiles.hpp"
#include "support/ends.hpp"
#include "support/sequenced_record.hpp"

namespace sluice::bench {

/// With a stamp of eight bytes a record of one cache line.
inline constexpr std::size_t channelRecordBytes = 56;
using ChannelRecord = SequencedRecord<channelRecordBytes>;

/// Measures as many single records as there are `times`, in memory that processes share, and fills
/// them in: nanoseconds.
using ChannelRun =
    std::function<EndsResult(std::span<std::uint32_t> times, const Processors& processors)>;

/// What can be measured of it; empty what cannot.
struct ChannelSystem {
  std::string name;
  Kind kind;
  ChannelRun pingPong{};      ///< half the time of a record there and one back
  ChannelRun wakeConsumer{};  ///< from a send to the return of a receive that has slept
  ChannelRun wakeProducer{};  ///< from the making of room to the return of a send that has slept
};

/// The percentiles of runs of one of its kinds, of about `runTime`, but of 1000 records at least.
Contender contend(const ChannelSystem& system, ChannelRun ChannelSystem::*run,
                  const Processors& processors, std::chrono::nanoseconds runTime);

/// What their runs give. Targets are upper limits for the percentiles in turn, 0 for none.
std::vector<Figure> latency(const std::array<double, percentiles.size()>& targets);

}  // namespace sluice::bench
