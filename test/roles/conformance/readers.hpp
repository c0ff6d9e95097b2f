// What the suite asks of a port's consumer and observer, beyond the calls that all of them have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "sluice/sluice.hpp"
#include "tick.hpp"

namespace sluice::conformance {

/// What an observer saw, and the record if it saw one.
struct Seen : Observation {
  Tick record;
};

/// Consumer<Tick, L> and Observer<Tick, L>.
template <class L>
struct TypedReader {
  using Consumer = sluice::Consumer<Tick, L>;
  using Observer = sluice::Observer<Tick, L>;

  static Result<Consumer> attach(const std::string& segment, const ConsumerOptions& options) {
    return Consumer::attach(segment, options);
  }
  static Result<Observer> observe(const std::string& segment, const ObserverOptions& options) {
    return Observer::attach(segment, options);
  }

  /// The record of that index of a batch.
  template <class Records>
  static Tick read(const Records& batch, std::size_t index) {
    return batch[index];
  }
  static Seen look(Observer& observer, const WaitLimit& limit) {
    const auto seen = observer.wait(limit);
    return {seen, seen ? seen.record : Tick{}};
  }
};

/// UntypedConsumer and UntypedObserver, which read whatever layout the segment has.
struct UntypedReader {
  using Consumer = UntypedConsumer;
  using Observer = UntypedObserver;

  static Result<Consumer> attach(const std::string& segment, const ConsumerOptions& options) {
    return Consumer::attach(segment, options);
  }
  static Result<Observer> observe(const std::string& segment, const ObserverOptions& options) {
    return Observer::attach(segment, options);
  }

  template <class Records>
  static Tick read(const Records& batch, std::size_t index) {
    Tick tick;
    std::memcpy(&tick, batch[index], sizeof tick);
    return tick;
  }
  static Seen look(Observer& observer, const WaitLimit& limit) {
    Tick tick{};
    const Observation seen = observer.read(reinterpret_cast<std::byte*>(&tick), limit);
    return {seen, tick};
  }
};

}  // namespace sluice::conformance
