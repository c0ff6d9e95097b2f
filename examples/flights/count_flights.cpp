// Counts, and checks that no flight is missing, doubled or out of order.
#include <cstdint>

#include "reader.hpp"

int main(int argc, char** argv) {
  std::uint64_t flights = 0;
  std::uint64_t miles = 0;
  std::uint64_t gaps = 0;

  const auto count = [&](const Flight& flight, sluice::Sequence sequence) {
    gaps += sequence != flights;
    ++flights;
    miles += flight.distance;
  };
  const auto report = [&] {
    std::cout << "counted " << flights << " flights over " << miles << " miles, " << gaps
              << " gaps\n";
  };
  return readFlights(argc, argv, "count", count, report);
}
