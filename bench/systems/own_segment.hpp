// What the users of Sluice in the benchmarks have in common.
#pragma once

#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sluice/segment.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"
#include "support/transport.hpp"
#include "support/unique_name.hpp"

namespace sluice::bench {

/// The name of a segment that the processes of a run make, and that goes with the process which
/// chose it. The roles have to be gone before.
class OwnSegment {
 public:
  OwnSegment() : OwnSegment(uniqueName("sluice-bench-")) {}
  explicit OwnSegment(std::string name) : name_(std::move(name)), owner_(::getpid()) {}
  ~OwnSegment() {
    if (::getpid() == owner_)
      static_cast<void>(sluice::removeSegment(name_, {.evenIfInUse = true, .evenIfHeld = true}));
  }
  OwnSegment(const OwnSegment&) = delete;
  OwnSegment& operator=(const OwnSegment&) = delete;

  const std::string& name() const noexcept { return name_; }

 private:
  std::string name_;
  pid_t owner_;
};

/// How long an end waits for the other to come.
inline constexpr std::chrono::seconds comesWithin{10};

/// Returns when consumers have come whose names are the numbers below `consumers`. Throws when one
/// does not.
template <class AnyProducer>
void awaitConsumers(AnyProducer& producer, unsigned consumers) {
  std::vector<std::string> names;
  for (unsigned number = 0; number < consumers; ++number)
    names.push_back(std::to_string(number));
  if (producer.waitForConsumers({names.begin(), names.end()}, comesWithin) != Status::ok)
    throw std::runtime_error("not every consumer has come");
}

/// How the ends of a stream wait.
inline WaitStrategy strategyFor(Idling idling) {
  switch (idling) {
    case Idling::spin:
    case Idling::poll:
      return WaitStrategy::busySpin();
    case Idling::yield:
      return WaitStrategy::spinThenYield();
    default:
      return WaitStrategy::spinThenSleep();
  }
}

}  // namespace sluice::bench
