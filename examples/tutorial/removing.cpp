// Segments are removed, unless somebody would lose records by it. usage: removing SEGMENT
#include <cstdio>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  const char* const name = words[1];
  const sluice::ConsumerOptions options{.name = "journal", .onDeath = sluice::OnDeath::hold};

  {
    auto ring = sluice::Producer<int>::create(name, {.capacity = 16}).value();
    auto journal = sluice::Consumer<int>::attach(name, options).value();
    ring.send(0);
    const auto removed = sluice::removeSegment(name);
    std::printf("with a producer: %s\n", nameOf(removed.error().code));
  }

  const auto removed = sluice::removeSegment(name);
  std::printf("with a held row: %s\n", nameOf(removed.error().code));

  if (sluice::removeConsumer(name, "journal")) std::printf("the row is given up\n");
  return sluice::removeSegment(name) ? 0 : 1;
}
