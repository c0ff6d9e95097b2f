// Streams of ticks, as several role tests begin and feed them.
#pragma once

#include <cstdint>

#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {

/// A producer that sleeps as soon as it has to wait.
inline Producer<Tick> create(const testing::SegmentName& name, std::uint64_t capacity,
                             std::uint32_t maxConsumers = 8) {
  return Producer<Tick>::create(name.str(), {.capacity = capacity,
                                             .maxConsumers = maxConsumers,
                                             .waitStrategy = WaitStrategy::sleepAtOnce()})
      .value();
}

template <class L>
void publish(Producer<Tick, L>& ring, std::uint64_t number) {
  ring.claimOne() = Tick::of(number);
  ring.publish();
}

/// Those from `from` to `to` - 1, one by one.
template <class L>
void publish(Producer<Tick, L>& ring, std::uint64_t from, std::uint64_t to) {
  for (std::uint64_t number = from; number < to; ++number)
    publish(ring, number);
}

}  // namespace sluice
