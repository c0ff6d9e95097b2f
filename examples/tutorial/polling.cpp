// Without waiting: a producer and a consumer that only look. usage: polling SEGMENT
#include <cstdio>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::Producer<int>::create(name, {.capacity = 4}).value();
  auto in = sluice::Consumer<int>::attach(name).value();

  int sent = 0;
  while (int* const record = ring.tryClaim()) {
    *record = sent++;
    ring.publish();
  }
  std::printf("the ring is full after %d\n", sent);

  int received = 0;
  while (auto batch = in.tryWait()) {
    received += static_cast<int>(batch.size());
    in.commit();
  }
  std::printf("the ring is empty after %d, %s\n", received, nameOf(in.status()));

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
