// One call whose answer is dropped.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sluice/sluice.hpp"

using namespace std::chrono_literals;

struct Tick {
  std::uint64_t number;
};
using Ring = sluice::Producer<Tick>;
using In = sluice::Consumer<Tick>;
using Look = sluice::Observer<Tick>;

struct Roles {
  Ring ring;
  In in;
  Look look;
  sluice::UntypedProducer untypedRing;
  sluice::UntypedConsumer untypedIn;
  sluice::UntypedObserver untypedLook;
};

void call(Roles& r, Tick& tick, std::byte* bytes);
void call(Roles& r, [[maybe_unused]] Tick& tick, [[maybe_unused]] std::byte* bytes) {
  r.ring.abandon();
  CALL;
}
