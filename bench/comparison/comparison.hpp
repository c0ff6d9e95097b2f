// The same work done by several systems, side by side.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sluice::bench {

enum class Kind {
  bound,  ///< what nothing can be better than: less than the whole work
  floor,  ///< the work as one writes it by hand, without any promise
  peer,   ///< what a user would pick instead
  sluice,
};

/// "bound", "floor", "peer" or "sluice".
const char* nameOf(Kind kind) noexcept;

/// What one run gave.
struct Run {
  std::vector<double> values;  ///< one for each figure of the comparison, in its order
  /// The raw ping-pong of the run's own two processes, in nanoseconds; 0 where there were no two.
  double rawBefore = 0;
  double rawAfter = 0;
};

/// One system, and what its runs gave.
struct Contender {
  std::string system;
  Kind kind = Kind::peer;
  std::function<Run()> run;  ///< throws when the work was not done as it should
  std::vector<Run> runs{};
  std::string failure{};  ///< why it was run no more; empty for a contender that did not fail
};

/// What the best of Sluice is to reach.
struct Target {
  enum class Bound { atLeast, atMost };
  enum class Of {
    ratio,       ///< to the floor of the comparison
    difference,  ///< to that floor, in the figure's unit
    value,       ///< in the figure's unit
  };
  Bound bound;
  double limit;
  Of of = Of::ratio;
};

/// One thing that every run of a comparison gives.
struct Figure {
  std::string name;  ///< "throughput", "p99"
  std::string unit;  ///< "M/s", "ns"
  bool higherIsBetter = false;
  std::optional<Target> target{};
};

/// What distinguishes a comparison from the others of its workload; 0 and empty where that says
/// nothing.
struct Parameters {
  std::string subject{};  ///< "1 MiB, of a consumer"
  std::uint64_t recordBytes = 0;
  std::uint64_t batch = 0;
  unsigned consumers = 0;
  unsigned producers = 0;
  std::string waiting{};    ///< "spinning", "polling", "yielding", "blocking", "in an event loop"
  unsigned processors = 0;  ///< that the ends share
};

/// Contenders that do the same work. Ratios are to the floor of the comparison: the best of the
/// floors in it, or the first contender where that is none.
struct Comparison {
  std::string workload;  ///< "unicast"
  Parameters parameters;
  std::vector<Figure> figures;
  std::vector<Contender> contenders{};
};

/// "unicast: 64 B, batches of 32, spinning".
std::string headingOf(const Comparison& comparison);

}  // namespace sluice::bench
