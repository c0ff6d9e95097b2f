// Names that no other run of a benchmark has.
#pragma once

#include <unistd.h>

#include <string>

namespace sluice::bench {

inline std::string uniqueName(const std::string& prefix) {
  static int number = 0;
  return prefix + std::to_string(::getpid()) + "-" + std::to_string(++number);
}

}  // namespace sluice::bench
