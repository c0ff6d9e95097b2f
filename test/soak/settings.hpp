// What the soak is asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "format/header.hpp"

namespace sluice::soak {

/// As --layout has it.
constexpr const char* nameOf(SlotLayout layout) noexcept {
  switch (layout) {
    case SlotLayout::messages:
      return "messages";
    case SlotLayout::packed:
      return "packed";
    default:
      return "stamped";
  }
}

struct Settings {
  double seconds = 60;
  unsigned rounds = 0;  ///< segments one after the other; 0: as it suits
  /// Of the segments, in turn.
  std::vector<SlotLayout> slotLayouts{SlotLayout::stamped, SlotLayout::packed,
                                      SlotLayout::messages};
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
  std::uint64_t payloadBytes;  ///< and the next one: of a ring of messages
  std::uint32_t slotSize;
  std::chrono::duration<double> length;
  std::uint64_t seed;
};

}  // namespace sluice::soak
