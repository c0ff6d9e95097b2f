// What every test of the suite has: a segment's name, and the roles of a port on it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "conformance/port.hpp"
#if defined(SLUICE_PORTS_OF_C)
#include "c_ports.hpp"
#else
#include "conformance/ports.hpp"
#endif
#include "support/unique_name.hpp"

namespace sluice::conformance {

using Numbers = std::vector<std::uint64_t>;

/// Those from `from` to `to` - 1.
inline Numbers numbers(std::uint64_t from, std::uint64_t to) {
  Numbers all(to - from);
  std::iota(all.begin(), all.end(), from);
  return all;
}

inline std::vector<Tick> ticks(std::uint64_t from, std::uint64_t to) {
  std::vector<Tick> all;
  for (std::uint64_t number = from; number < to; ++number)
    all.push_back(Tick::of(number));
  return all;
}

/// Of a record that is torn.
inline constexpr std::uint64_t tornNumber = ~std::uint64_t{0};

template <class P>
class Conformance : public ::testing::Test {
 protected:
  using Producer = typename P::Producer;
  using Consumer = typename P::Consumer;
  using Observer = typename P::Observer;

  Producer create(const ProducerOptions& options) const {
    return P::create(name.str(), options).value();
  }
  Consumer attach(const ConsumerOptions& options = {}) const {
    return P::attach(name.str(), options).value();
  }
  Observer observe(const ObserverOptions& options = {}) const {
    return P::observe(name.str(), options).value();
  }

  /// Claims, writes and publishes the numbers from `from` to `to` - 1, one by one.
  static void publish(Producer& ring, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t number = from; number < to; ++number) {
      P::claim(ring, number);
      ring.publish();
    }
  }

  /// Claims at most `n` records without waiting and writes the numbers from `from` on; says how
  /// many there were.
  static std::size_t claimAndWrite(Producer& ring, std::size_t n, std::uint64_t from) {
    const auto claimed = ring.claimUpTo(n, WaitLimit::now());
    for (std::size_t i = 0; i < claimed.size(); ++i)
      P::write(claimed, i, from + i);
    return claimed.size();
  }

  /// The numbers in a batch.
  template <class Records>
  static Numbers numbersIn(const Records& batch) {
    Numbers all;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Tick tick = P::read(batch, i);
      all.push_back(tick.isWhole() ? tick.number : tornNumber);
    }
    return all;
  }

  /// All that is there now, over several batches; commits none of it. A poll may leave out its look
  /// while the stream is dense, and a wait does not.
  static Numbers takeAll(Consumer& in) {
    Numbers all;
    for (auto batch = in.wait(soon); batch; batch = in.wait(soon))
      for (const std::uint64_t number : numbersIn(batch))
        all.push_back(number);
    return all;
  }

  /// All until the stream ends, in their order; commits after each batch.
  static Numbers drain(Consumer& in, const WaitLimit& limit = {}) {
    Numbers all;
    for (auto batch = in.wait(limit); batch; batch = in.wait(limit)) {
      for (const std::uint64_t number : numbersIn(batch))
        all.push_back(number);
      if (in.commit() != Status::ok) break;
    }
    return all;
  }

  static constexpr std::chrono::milliseconds soon{1};

  testing::SegmentName name;
};

}  // namespace sluice::conformance
