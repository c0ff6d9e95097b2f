// What a fuzz target insists on.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace sluice::fuzz {

/// Ends the process, so that the fuzzer keeps the input.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "it does not hold that %s\n", what);
  std::abort();
}

}  // namespace sluice::fuzz
