// Consumers that run after one another. usage: pipeline SEGMENT
#include <cstdio>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::Producer<int>::create(name, {.capacity = 16}).value();
  auto risk = sluice::Consumer<int>::attach(name, {.name = "risk"}).value();
  auto screen = sluice::Consumer<int>::attach(name, {.name = "screen", .after = {"risk"}}).value();

  for (int record = 0; record < 3; ++record)
    ring.send(record);

  std::printf("screen is given %zu\n", screen.tryWait().size());
  std::printf("risk is given %zu\n", risk.wait().size());
  risk.commit(2);
  std::printf("screen is given %zu\n", screen.tryWait().size());

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
