// Rings in a directory of their own, and what a reader of all of them was told.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sluice/fan_in.hpp"
#include "sluice/sluice.hpp"
#include "support/eventually.hpp"
#include "support/scratch_directory.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {

/// A directory for rings of ticks.
class RingDirectory {
 public:
  const std::string& path() const noexcept { return directory_.path(); }
  std::string pathOf(const std::string& name) const { return path() + "/" + name; }
  bool has(const std::string& name) const { return std::filesystem::exists(pathOf(name)); }

  ProducerOptions producerOptions(std::uint64_t capacity = 8) const {
    return {.capacity = capacity, .directory = path(), .waitStrategy = WaitStrategy::sleepAtOnce()};
  }
  Producer<Tick> create(const std::string& name, std::uint64_t capacity = 8) const {
    return Producer<Tick>::create(name, producerOptions(capacity)).value();
  }

  FanInOptions options(OnDeath onDeath = OnDeath::release) const {
    return {.name = "collector",
            .onDeath = onDeath,
            .directory = path(),
            .waitStrategy = WaitStrategy::sleepAtOnce()};
  }
  FanIn<Tick> open(const FanInOptions& options) const {
    return FanIn<Tick>::open("log-*", options).value();
  }
  FanIn<Tick> open() const { return open(options()); }

 private:
  testing::ScratchDirectory directory_;
};

/// What was told of each ring, by its name.
struct Told {
  std::map<std::string, std::vector<std::uint64_t>> numbers;
  std::vector<std::pair<std::string, Status>> ended;
  std::vector<std::pair<std::string, ErrorCode>> refused;

  void add(const FanIn<Tick>::Event& event) {
    for (const Tick& tick : event.batch())
      numbers[event.ring().name].push_back(tick.number);
    if (event.news() == FanInNews::ended) ended.emplace_back(event.ring().name, event.status());
    if (event.news() == FanInNews::refused)
      refused.emplace_back(event.ring().name, event.error().code);
  }
};

/// Takes and commits what there is.
inline void takeAll(FanIn<Tick>& in, Told& told) {
  while (const auto event = in.tryWait()) {
    told.add(event);
    in.commit();
  }
}

/// True once `holds()` is, while all that comes is taken.
template <class Holds>
bool eventuallyTold(FanIn<Tick>& in, Told& told, Holds holds) {
  return testing::eventually([&] {
    takeAll(in, told);
    return holds();
  });
}

inline std::vector<std::uint64_t> numbersFrom(std::uint64_t from, std::uint64_t to) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t number = from; number < to; ++number)
    all.push_back(number);
  return all;
}

}  // namespace sluice
