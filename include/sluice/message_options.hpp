// What a user chooses when creating a segment for messages.
#pragma once

#include <cstdint>

#include "sluice/options.hpp"

namespace sluice {

/// One number is enough: payloadBytes, or capacity. 64 MiB of payload hold 65,536 messages of some
/// 1 KiB.
struct MessageOptions {
  /// Of the region for messages that do not lie in their slots: a power of two from 4096 to 2^31.
  /// The longest message has half of it. 0 is 1024 for each slot.
  std::uint64_t payloadBytes = 0;
  /// Messages in flight: a power of two, at least 2. 0 is one for each 1024 payloadBytes.
  std::uint64_t capacity = 0;
  /// Bytes of a slot: a multiple of 64, at most 4096. A message that is claimed with at most 24
  /// bytes less lies in its slot, which is one cache line less to fetch.
  std::uint32_t slotSize = 64;
  /// The rest is chosen as for records. Its capacity is not looked at.
  ProducerOptions producer{};
};

}  // namespace sluice
