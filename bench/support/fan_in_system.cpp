#include "support/fan_in_system.hpp"

#include <stdexcept>
#include <vector>

#include "support/pace.hpp"

namespace sluice::bench {
namespace {

/// The processor of each end.
Processors placesOf(const Processors& processors, unsigned writers) {
  const auto& numbers = processors.numbers;
  if (numbers.size() == 1) return processors;
  Processors places{{numbers.front()}};
  for (unsigned writer = 0; writer < writers; ++writer)
    places.numbers.push_back(numbers[1 + writer % (numbers.size() - 1)]);
  return places;
}

EndsResult runOnce(const FanInSystem& system, const Load& load, const Processors& processors) {
  const std::unique_ptr<FanInTransport> transport = system.make(load);
  std::vector<End> ends{{[&] { transport->openReader(); },
                         [&] {
                           if (!transport->read().areExactly(load.records))
                             throw std::runtime_error("a record was lost, doubled or changed");
                         }}};
  for (unsigned number = 0; number < load.producers; ++number)
    ends.push_back({[&, number] { transport->openWriter(number); }, [&] { transport->write(); }});
  return runEnds(ends, placesOf(processors, load.producers));
}

}  // namespace

Contender contend(const FanInSystem& system, const Load& load, const Processors& processors,
                  std::chrono::nanoseconds runTime) {
  constexpr std::uint64_t first = 8000;
  return {system.name, system.kind, [=, pace = Pace(runTime, first / load.producers)]() mutable {
            for (;;) {
              const bool isMeasured = pace.isKnown();
              Load now = load;
              now.records = pace.records();
              const EndsResult result = runOnce(system, now, processors);
              pace.learn(result.time);
              if (!isMeasured) continue;
              const std::chrono::duration<double, std::micro> time = result.time;
              const double records = static_cast<double>(now.records * now.producers);
              return Run{{records / time.count()}, result.rawBefore, result.rawAfter};
            }
          }};
}

}  // namespace sluice::bench
