// How long after a death the others know, beside what the kernel itself needs for it. Processes are
// not pinned.
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "comparison/outcome.hpp"
#include "deaths/floors.hpp"
#include "deaths/measurement.hpp"
#include "deaths/segment.hpp"
#include "deaths/sluice_deaths.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

/// The segment that the runs of one comparison go on with, made by the first.
class SharedSegment {
 public:
  explicit SharedSegment(std::uint64_t bytes) : bytes_(bytes) {}
  const Segment& get() {
    if (!segment_) segment_.emplace(bytes_);
    return *segment_;
  }

 private:
  std::uint64_t bytes_;
  std::optional<Segment> segment_;
};

/// Microseconds.
double medianTime(const Measurement& measurement, int rounds) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round)
    times.push_back(std::chrono::duration<double, std::micro>(measureOnce(measurement)).count());
  return medianOf(times);
}

class DeathComparison {
 public:
  DeathComparison(const std::string& ring, std::uint64_t bytes, const std::string& what,
                  double target, int rounds)
      : comparison_{"death",
                    {.subject = fmt::format("{}, {}", ring, what)},
                    {{"time", "us", false, Target{Target::Bound::atMost, target}}}},
        segment_(std::make_shared<SharedSegment>(bytes)),
        rounds_(rounds) {}

  DeathComparison& add(const char* name, Kind kind, Measurement (*make)(const Segment&)) {
    comparison_.contenders.push_back({name, kind, [=, segment = segment_, rounds = rounds_] {
                                        return Run{{medianTime(make(segment->get()), rounds)}};
                                      }});
    return *this;
  }

  const Comparison& comparison() const noexcept { return comparison_; }

 private:
  Comparison comparison_;
  std::shared_ptr<SharedSegment> segment_;
  int rounds_;
};

}  // namespace

std::vector<Comparison> death(const RunOptions& options) {
  std::vector<Comparison> comparisons;
  const auto addRing = [&](const std::string& ring, std::uint64_t bytes, int rounds) {
    comparisons.push_back(DeathComparison(ring, bytes, "of a consumer: the producer", 2.0, rounds)
                              .add("robust futex", Kind::floor, robustFutex)
                              .add("a blocked claim returns", Kind::sluice, claimAfterConsumer)
                              .comparison());
    comparisons.push_back(DeathComparison(ring, bytes, "of a producer: a consumer", 1.5, rounds)
                              .add("file lock, polled", Kind::floor, freeLockPolled)
                              .add("file lock, awaited", Kind::floor, freeLockAwaited)
                              .add("producer's lease, polled", Kind::floor, freeLeasePolled)
                              .add("a wait returns", Kind::sluice, waitAfterProducer)
                              .comparison());
    comparisons.push_back(DeathComparison(ring, bytes, "of a producer: a successor", 1.5, rounds)
                              .add("file lock, polled", Kind::floor, freeLockPolled)
                              .add("producer's lease, polled", Kind::floor, freeLeasePolled)
                              .add("a claim returns", Kind::sluice, claimOfSuccessor)
                              .comparison());
  };
  // Single deaths differ much; where all pages of a GiB are torn down, that takes most of the time.
  addRing("1 MiB", std::uint64_t{1} << 20U, 5);
  if (!options.quick) addRing("1 GiB", std::uint64_t{1} << 30U, 1);
  return comparisons;
}

}  // namespace sluice::bench
