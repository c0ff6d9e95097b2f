#include <cstdint>
#include <cstdio>

#include "sluice/sluice.hpp"

struct Tick {
  std::uint64_t time;
  double price;
};

int main() {
  auto ring = sluice::Producer<Tick>::create("ticks", {.capacity = 65536}).value();
  auto in = sluice::Consumer<Tick>::attach("ticks", {.name = "risk"}).value();  // any process

  ring.claimOne() = {1, 17.5};  // one at a time, in place
  ring.publish();               // and it is there
  for (Tick& tick : ring.claimUpTo(3))
    tick = {2, 17.6};  // or as many as there is room for
  ring.publish();
  ring.close();

  while (auto batch = in.wait()) {  // sleeps until there is one
    for (const Tick& tick : batch)
      std::printf("%g\n", tick.price);
    in.commit();  // the slots may be used again
  }
  std::printf("ended: %s\n", nameOf(in.status()));  // closed, peerLeft, peerDied, ...
  return sluice::removeSegment("ticks", {.evenIfInUse = true}) ? 0 : 1;
}
