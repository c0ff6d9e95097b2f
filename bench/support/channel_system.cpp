#include "support/channel_system.hpp"

#include "support/pace.hpp"
#include "support/shared_memory.hpp"

namespace sluice::bench {

Contender contend(const ChannelSystem& system, ChannelRun ChannelSystem::*run,
                  const Processors& processors, std::chrono::nanoseconds runTime) {
  constexpr std::uint64_t least = 1000;
  return {system.name, system.kind,
          [=, measure = system.*run, pace = Pace(runTime, least, least)]() mutable {
            for (;;) {
              const bool isMeasured = pace.isKnown();
              const std::uint64_t records = pace.records();
              const SharedMemory memory(records * sizeof(std::uint32_t));
              const std::span times(static_cast<std::uint32_t*>(memory.base()), records);
              const EndsResult result = measure(times, processors);
              pace.learn(result.time);
              if (isMeasured) return Run{percentilesOf(times), result.rawBefore, result.rawAfter};
            }
          }};
}

std::vector<Figure> latency(const std::array<double, percentiles.size()>& targets) {
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < percentiles.size(); ++i) {
    Figure& figure = figures.emplace_back(Figure{percentiles[i].name, "ns"});
    if (targets[i] != 0) figure.target = {Target::Bound::atMost, targets[i]};
  }
  return figures;
}

}  // namespace sluice::bench
