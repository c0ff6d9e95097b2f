// Counts, and checks that no flight is missing, doubled or out of order.
#include <fmt/format.h>

#include <cstdint>

#include "reader.hpp"

int main(int argc, char** argv) {
  std::uint64_t flights = 0;
  std::uint64_t miles = 0;
  std::uint64_t gaps = 0;

  const auto count = [&](const Flights& batch) {
    gaps += batch.first() != flights;
    flights += batch.size();
    for (const Flight& flight : batch)
      miles += flight.distance;
  };
  const auto report = [&] {
    fmt::print("counted {} flights over {} miles, {} gaps\n", flights, miles, gaps);
  };
  return runReader(argc, argv, "count", "Counts the flights and adds up their miles.", count,
                   report);
}
