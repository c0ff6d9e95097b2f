// A consumer that loses nothing while it is away. usage: hold SEGMENT
#include <cstdio>

#include "sluice/sluice.hpp"

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::Producer<int>::create(name, {.capacity = 16}).value();
  const sluice::ConsumerOptions options{.name = "journal", .onDeath = sluice::OnDeath::hold};

  {
    auto journal = sluice::Consumer<int>::attach(name, options).value();
    for (int record = 0; record < 3; ++record)
      ring.send(record);
    auto batch = journal.wait();
    std::printf("%zu records come, 1 is committed\n", batch.size());
    journal.commit(1);
  }

  ring.send(3);

  auto journal = sluice::Consumer<int>::attach(name, options).value();
  for (const int record : journal.wait())
    std::printf("%d\n", record);
  journal.commit();
  journal.resign();
  std::printf("%s\n", nameOf(journal.commit()));

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
