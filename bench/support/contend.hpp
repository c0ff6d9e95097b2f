// A transport as one of those that are compared.
#pragma once

#include <cstddef>
#include <string>

#include "support/comparison.hpp"
#include "support/pair_run.hpp"

namespace sluice::bench {

/// Made anew for each run; millions of records a second.
template <std::size_t size, class System>
Contender contend(const std::string& name, Standing standing, const Load& load,
                  const Processors& processors) {
  return {name, standing, [load, processors] {
            System system(load);
            const RunResult run = runOnce<size>(system, load, processors);
            return Sample(run.recordsPerSecond / 1e6, run);
          }};
}

}  // namespace sluice::bench
