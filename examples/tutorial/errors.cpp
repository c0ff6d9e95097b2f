// What a call that sets something up returns when it fails. usage: errors SEGMENT
#include <cstdio>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  const char* const name = words[1];

  const auto in = sluice::Consumer<int>::attach(name);
  if (!in) std::printf("%s\n", nameOf(in.error().code));

  const auto ring = sluice::Producer<int>::create(name, {.capacity = 1000});
  if (!ring) std::printf("%s: %s\n", ring.error().field.c_str(), ring.error().expected.c_str());
  return 0;
}
