// How long after a death the others know, beside what the kernel itself needs for it.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/comparison.hpp"
#include "support/deaths.hpp"
#include "support/floors.hpp"
#include "support/measurement.hpp"
#include "support/segment.hpp"

namespace {

using namespace sluice::bench;

/// Microseconds: the median of some rounds, as single deaths differ much.
Contender contend(const std::string& name, Standing standing, unsigned rounds,
                  const std::function<Measurement()>& make) {
  return {name, standing, [=] {
            Measurement measurement = make();
            for (unsigned round = 0; round < rounds; ++round)
              measureOnce(measurement);
            return std::chrono::duration<double, std::micro>(measurement.times.median()).count();
          }};
}

void addRing(std::vector<Comparison>& comparisons, const Segment& segment,
             const std::string& ringName, unsigned rounds) {
  const auto floor = [&](const std::string& name, const std::function<Measurement()>& make) {
    return contend(name, Standing::floor, rounds, make);
  };
  const auto ours = [&](const std::string& name, const std::function<Measurement()>& make) {
    return contend(name, Standing::ours, rounds, make);
  };
  const auto compare = [&](const std::string& what, double target) -> Comparison& {
    return comparisons.emplace_back(
        Comparison{"death", fmt::format("{}, {}", ringName, what), "us", false, target});
  };
  compare("of a consumer", 2.0).contenders = {
      floor("robust futex", [] { return robustFutex(); }),
      ours("a blocked claim returns", [&] { return claimAfterConsumer(segment); })};
  compare("of a producer", 1.5).contenders = {
      floor("file lock, polled", [&] { return freeLockPolled(segment); }),
      floor("file lock, awaited", [&] { return freeLockAwaited(segment); }),
      floor("producer's lease, polled", [&] { return freeLeasePolled(segment); }),
      ours("a consumer's wait returns", [&] { return waitAfterProducer(segment); }),
      ours("a successor's claim returns", [&] { return claimOfSuccessor(segment); })};
}

}  // namespace

int main(int argc, char** argv) try {
  const RunOptions options = parseOptions(
      argc, argv, "Microseconds from kill -9 until the others know; processes are not pinned.");
  const unsigned rounds = options.quick ? 1 : 7;
  const Segment small(std::uint64_t{1} << 20U);
  const Segment large(std::uint64_t{1} << 30U);
  std::vector<Comparison> comparisons;
  addRing(comparisons, small, "1 MiB", rounds);
  addRing(comparisons, large, "1 GiB", rounds);
  runInterleaved(comparisons, options);
  report(comparisons, options);
  return 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "death: {}\n", exception.what());
  return 1;
}
