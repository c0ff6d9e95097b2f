#include "deaths/measurement.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "support/child_process.hpp"

namespace sluice::bench {
namespace {

constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds settling{2};

/// Until both are where the measurement wants them, and the processors are idle.
void awaitCalm(const Measurement& measurement, const Stage& stage, const ChildProcess& victim,
               const ChildProcess& survivor) {
  const auto isCalm = [&] {
    return stage.hasReached(Measurement::everybodyReady) && victim.isAsleepIn(SYS_pause) &&
           (measurement.survivorSleepsIn == Measurement::neverSleeps ||
            survivor.isAsleepIn(measurement.survivorSleepsIn));
  };
  const auto end = Stage::Clock::now() + patience;
  while (!isCalm()) {
    victim.mustRun();
    survivor.mustRun();
    if (Stage::Clock::now() >= end) throw std::runtime_error("a child never became ready");
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  std::this_thread::sleep_for(settling);
}

}  // namespace

std::chrono::nanoseconds measureOnce(const Measurement& measurement) {
  Stage stage;
  ChildProcess victim([&] {
    measurement.victim(stage);
    for (;;)
      ::pause();
  });
  ChildProcess survivor([&] { measurement.survivor(stage); });
  awaitCalm(measurement, stage, victim, survivor);
  stage.takeKilled();
  victim.kill();
  survivor.mustSucceed();
  return stage.elapsed();
}

}  // namespace sluice::bench
