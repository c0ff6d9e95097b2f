// The first ring: a producer, a consumer, and the end of the stream. usage: first_ring SEGMENT
#include <cstdint>
#include <cstdio>

#include "sluice/sluice.hpp"

struct Tick {
  std::uint64_t time;
  double price;
};

int main(int, char** words) {
  const char* const name = words[1];

  auto ring = sluice::Producer<Tick>::create(name, {.capacity = 1024}).value();
  auto in = sluice::Consumer<Tick>::attach(name).value();

  ring.send({.time = 1, .price = 17.5});
  ring.send({.time = 2, .price = 17.6});
  ring.close();

  while (auto batch = in.wait()) {
    for (const Tick& tick : batch)
      std::printf("%llu: %g\n", static_cast<unsigned long long>(tick.time), tick.price);
    in.commit();
  }
  std::printf("the stream is %s\n", nameOf(in.status()));

  const auto removed = sluice::removeSegment(name, {.evenIfInUse = true});
  return removed ? 0 : 1;
}
