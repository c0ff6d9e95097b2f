// Each time a flight is longer than all before it.
#include <cstdint>
#include <sstream>

#include "reader.hpp"

int main(int argc, char** argv) {
  std::uint32_t longest = 0;
  std::ostringstream routes;

  const auto compare = [&](const Flight& flight, sluice::Sequence) {
    if (flight.distance <= longest) return;
    longest = flight.distance;
    routes << ' ' << flight.origin.data() << '-' << flight.destination.data() << ' ' << longest;
  };
  const auto report = [&] { std::cout << "ever longer routes, in miles:" << routes.str() << '\n'; };
  return readFlights(argc, argv, "long", compare, report);
}
