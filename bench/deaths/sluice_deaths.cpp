#include "deaths/sluice_deaths.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "deaths/kibibyte_record.hpp"
#include "sluice/sluice.hpp"

namespace sluice::bench {
namespace {

using namespace std::chrono_literals;

constexpr long futexWaitvCall = 449;
constexpr WaitStrategy strategy = WaitStrategy::sleepAtOnce();
constexpr MemoryOptions touched{.prefault = true};

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

void gate(Stage& stage, const std::string& segment) {
  stage.await(1);
  // It stays attached until the process is killed.
  static const auto in =
      Consumer<KibibyteRecord>::attach(segment, {.waitStrategy = strategy, .memory = touched})
          .value();
  stage.reach(2);
}

void claimWhenFull(Stage& stage, const std::string& segment) {
  auto ring = Producer<KibibyteRecord>::open(segment, {.waitStrategy = strategy, .memory = touched})
                  .value();
  stage.reach(1);
  stage.await(2);
  for (std::uint64_t i = 0; i < ring.capacity(); ++i) {
    ring.claimOne();
    ring.publish();
  }
  stage.reach(Measurement::everybodyReady);
  ring.claimOne();
  stage.takeReturned();
}

void waitForProducer(Stage& stage, const std::string& segment) {
  stage.await(1);
  auto in = Consumer<KibibyteRecord>::attach(segment, {.waitStrategy = strategy}).value();
  stage.reach(Measurement::everybodyReady);
  const Status status = in.wait().status();
  stage.takeReturned();
  require(status == Status::peerDied, "the wait did not end with the producer");
}

void succeed(Stage& stage, const std::string& segment) {
  stage.await(1);
  stage.reach(Measurement::everybodyReady);
  auto ring =
      Producer<KibibyteRecord>::open(segment, {.waitStrategy = strategy, .takeOverWithin = 60s})
          .value();
  ring.claimOne();
  stage.takeReturned();
}

}  // namespace

void produce(Stage& stage, const std::string& segment) {
  static auto ring = Producer<KibibyteRecord>::open(segment, {.memory = touched}).value();
  ring.claimOne();
  ring.publish();
  stage.reach(1);
}

Measurement claimAfterConsumer(const Segment& segment) {
  return {[name = segment.name()](Stage& stage) { gate(stage, name); },
          [name = segment.name()](Stage& stage) { claimWhenFull(stage, name); }, futexWaitvCall};
}

Measurement waitAfterProducer(const Segment& segment) {
  return {[name = segment.name()](Stage& stage) { produce(stage, name); },
          [name = segment.name()](Stage& stage) { waitForProducer(stage, name); }, futexWaitvCall};
}

Measurement claimOfSuccessor(const Segment& segment) {
  return {[name = segment.name()](Stage& stage) { produce(stage, name); },
          [name = segment.name()](Stage& stage) { succeed(stage, name); }, futexWaitvCall};
}

}  // namespace sluice::bench
