#include "support/stream_system.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "support/pace.hpp"

namespace sluice::bench {
namespace {

EndsResult runOnce(const StreamSystem& system, const Load& load, const Processors& processors) {
  const std::unique_ptr<Transport> transport = system.make(load);
  std::vector<End> ends{{[&] { transport->openWriter(); }, [&] { transport->write(); }}};
  const unsigned readers = std::min(load.consumers, system.readers);
  for (unsigned number = 0; number < readers; ++number) {
    ends.push_back({[&, number] { transport->openReader(number); },
                    [&] {
                      if (!transport->read().isExactly(load.records, load.recordBytes))
                        throw std::runtime_error("a record was lost, doubled or changed");
                    }});
  }
  return runEnds(ends, processors);
}

}  // namespace

Contender contend(const StreamSystem& system, const Load& load, const Processors& processors,
                  std::chrono::nanoseconds runTime) {
  return {system.name, system.kind, [=, pace = Pace(runTime)]() mutable {
            for (;;) {
              const bool isMeasured = pace.isKnown();
              Load now = load;
              now.records = pace.records();
              const EndsResult result = runOnce(system, now, processors);
              pace.learn(result.time);
              if (!isMeasured) continue;
              const std::chrono::duration<double, std::micro> time = result.time;
              const double millionsPerSecond = static_cast<double>(now.records) / time.count();
              return Run{{millionsPerSecond}, result.rawBefore, result.rawAfter};
            }
          }};
}

Parameters parametersOf(const Load& load, const Processors& processors) {
  return {.recordBytes = load.recordBytes,
          .batch = load.batch,
          .consumers = load.consumers,
          .producers = load.producers,
          .waiting = nameOf(load.idling),
          .processors = processors.numbers.size() == 1 ? 1U : 2U};
}

Figure throughput(std::optional<double> atLeast) {
  Figure figure{"throughput", "M/s", true};
  if (atLeast) figure.target = {Target::Bound::atLeast, *atLeast};
  return figure;
}

}  // namespace sluice::bench
