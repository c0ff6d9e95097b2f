// What a benchmark ran on.
#pragma once

#include <string>

namespace sluice::bench {

struct Machine {
  std::string processor;
  unsigned processors;
  std::string kernel;
  std::string compiler;
  unsigned long mebibytes;  ///< of memory
};

/// Empty strings where the system does not tell.
Machine thisMachine();

}  // namespace sluice::bench
