// A plug-in that takes part in a segment and has left it again when it is closed.
#include "sluice/sluice.hpp"

extern "C" int takePart(const char* name) {
  using namespace sluice;
  {
    auto ring = Producer<long>::create(name, {.capacity = 16}).value();
    auto in = Consumer<long>::attach(name).value();
    ring.send(7);
    if (in.wait().front() != 7) return 1;
  }
  return removeSegment(name) ? 0 : 2;
}
