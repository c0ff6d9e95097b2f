// Several records at a time. usage: batches SEGMENT
#include <array>
#include <cstdio>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::Producer<int>::create(name, {.capacity = 16}).value();
  auto in = sluice::Consumer<int>::attach(name).value();

  int next = 0;
  for (int& record : ring.claimUpTo(4))
    record = next++;
  ring.publishFirst(3);
  ring.abandon();

  ring.claimOne() = 3;
  ring.publish();

  ring.send(std::array{4, 5, 6, 7});

  auto batch = in.wait();
  std::printf("%zu records, %d to %d\n", batch.size(), batch.front(), batch.back());

  in.commit(2);
  std::printf("lag %d\n", static_cast<int>(in.lag()));

  in.rewind();
  batch = in.wait();
  std::printf("again from %d\n", batch.front());
  in.commit();

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
