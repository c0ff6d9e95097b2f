// An observer looks, and the producer does not wait for it. usage: observer SEGMENT
#include <cstdio>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::Producer<int>::create(name, {.capacity = 8}).value();
  auto observer = sluice::Observer<int>::attach(name).value();

  ring.send(0);
  int record = 0;
  if (observer.read(record)) std::printf("record %d\n", record);

  for (int i = 1; i <= 100; ++i)
    ring.send(i);

  if (const auto seen = observer.tryWait()) {
    std::printf("lost %d\n", static_cast<int>(seen.lost));
    std::printf("record %d\n", seen.record);
  }

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
