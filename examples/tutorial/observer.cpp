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

  const auto seen = observer.tryWait();
  if (seen.lost != 0) std::printf("records were lost\n");
  if (seen.record == static_cast<int>(seen.lost) + 1) std::printf("the next one is there\n");

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
