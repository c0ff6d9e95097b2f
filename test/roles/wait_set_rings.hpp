// Rings for the tests of sets, and what a set has found.
#pragma once

#include <cstddef>
#include <list>
#include <utility>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {

/// Member and status, as a matcher compares them.
using Found = std::pair<std::size_t, Status>;

inline std::vector<Found> foundBy(const ReadyMembers& ready) {
  std::vector<Found> all;
  for (const ReadyMember& one : ready)
    all.emplace_back(one.member, one.status);
  return all;
}

/// That many rings with a reader each.
struct Rings {
  explicit Rings(std::size_t count, const ProducerOptions& options = {.capacity = 8}) {
    for (std::size_t i = 0; i < count; ++i) {
      producers.push_back(Producer<Tick>::create(names.emplace_back().str(), options).value());
      consumers.push_back(Consumer<Tick>::attach(names.back().str()).value());
    }
  }
  void joinAll(WaitSet& set) {
    for (auto& consumer : consumers)
      set.add(consumer);
  }

  std::list<testing::SegmentName> names;
  std::vector<Producer<Tick>> producers;
  std::vector<Consumer<Tick>> consumers;
};

inline WaitSet asleepAtOnce() {
  return WaitSet(WaitStrategy::sleepAtOnce());
}

}  // namespace sluice
