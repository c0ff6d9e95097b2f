// A consumer that is too slow is evicted, and learns what it lost. usage: eviction SEGMENT
#include <chrono>
#include <cstdio>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  using namespace std::chrono_literals;
  const char* const name = words[1];
  auto ring = sluice::Producer<int>::create(name, {.capacity = 4}).value();
  const sluice::ConsumerOptions options{.name = "slow", .evictAfter = 20ms};

  {
    auto slow = sluice::Consumer<int>::attach(name, options).value();
    for (int record = 0; record < 4; ++record)
      ring.send(record);
    std::printf("%zu records come, 1 is committed\n", slow.wait().size());
    slow.commit(1);
    ring.send(4);
    ring.send(5);
    std::printf("the commit is %s\n", nameOf(slow.commit()));
  }

  const auto slow = sluice::Consumer<int>::attach(name, options).value();
  std::printf("lost %d records from %d on\n", static_cast<int>(slow.lost().count),
              static_cast<int>(slow.lost().first));

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
