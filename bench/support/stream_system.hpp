// A system that carries streams of records, as one of those that are compared.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "comparison/comparison.hpp"
#include "support/ends.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

struct StreamSystem {
  std::string name;
  Kind kind;
  /// Called anew for each run. What it holds lives as long as the comparison's runs.
  std::function<std::unique_ptr<Transport>(const Load&)> make;
  /// At most so many readers, each a process.
  unsigned readers = maxReaders;

  static constexpr unsigned maxReaders = 64;
};

/// Millions of records a second, in runs of about `runTime`. Load::records is not looked at. A run
/// throws when a reader has not seen exactly what was written.
Contender contend(const StreamSystem& system, const Load& load, const Processors& processors,
                  std::chrono::nanoseconds runTime);

/// The parameters of a comparison of such.
Parameters parametersOf(const Load& load, const Processors& processors);

/// What their runs give.
Figure throughput(std::optional<double> atLeast);

}  // namespace sluice::bench
