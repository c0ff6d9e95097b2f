// A second producer goes on where the first one stopped. usage: take_over SEGMENT
#include <chrono>
#include <cstdio>
#include <utility>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  using namespace std::chrono_literals;
  const char* const name = words[1];
  auto first = sluice::Producer<int>::create(name, {.capacity = 16}).value();
  auto leaves = sluice::Consumer<int>::attach(name).value();
  auto stays =
      sluice::Consumer<int>::attach(name, {.withoutProducer = sluice::WithoutProducer::stay})
          .value();

  first.send(0);
  first.claimOne() = 100;
  { const auto gone = std::move(first); }
  while (auto batch = leaves.wait())
    leaves.commit();
  std::printf("%s\n", nameOf(leaves.status()));

  auto second = sluice::Producer<int>::open(name, {.takeOverWithin = 10s}).value();
  std::printf("the next record is %d\n", static_cast<int>(second.lastPublished()) + 1);
  second.send(1);
  second.close();

  while (auto batch = stays.wait()) {
    for (const int record : batch)
      std::printf("%d\n", record);
    stays.commit();
  }
  std::printf("%s\n", nameOf(stays.status()));

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
