// What the soak is asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "format/header.hpp"

namespace sluice::soak {

struct Settings {
  double seconds = 60;
  unsigned rounds =
      0;  ///< segments one after the other, stamped and packed in turn; 0: as it suits
  std::uint64_t seed = 0;
  std::uint64_t capacity = 0;             ///< of each ring; 0: small and large ones in turn
  bool namespaces = false;                ///< every other process in a second pid namespace
  std::chrono::microseconds pause{5000};  ///< between two strikes, on average
  std::chrono::seconds patience{30};      ///< without a record, or at the end: it hangs
};

/// One segment, from its creation to its end.
struct Round {
  std::string segment;
  SlotLayout slotLayout;
  std::uint64_t capacity;
  std::chrono::duration<double> length;
  std::uint64_t seed;
};

}  // namespace sluice::soak
