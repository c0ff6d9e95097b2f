// The least that a user does: a record goes into a ring, and comes out.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <sluice/sluice.hpp>
#include <string>

struct Reading {
  std::uint64_t number;
  double value;
};

int main() {
  const std::string name = "package-" + std::to_string(::getpid());
  auto producer = sluice::Producer<Reading>::create(name, {.capacity = 16}).value();
  auto consumer = sluice::Consumer<Reading>::attach(name, {.name = "outside"}).value();
  sluice::removeSegment(name, {.evenIfInUse = true}).value();

  producer.claimOne() = {.number = 7, .value = 1.5};
  producer.publish();
  const auto batch = consumer.wait();
  const bool arrived = batch.size() == 1 && batch[0].number == 7 && batch[0].value == 1.5;
  std::puts(arrived ? "arrived" : "lost");
  return arrived ? 0 : 1;
}
