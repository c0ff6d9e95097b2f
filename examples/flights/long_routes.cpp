// Each time a flight is longer than all before it.
#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "reader.hpp"

int main(int argc, char** argv) {
  std::uint32_t longest = 0;
  std::string routes;

  const auto compare = [&](const Flights& batch) {
    for (const Flight& flight : batch) {
      if (flight.distance <= longest) continue;
      longest = flight.distance;
      routes += fmt::format(" {}-{} {}", flight.origin.data(), flight.destination.data(), longest);
    }
  };
  const auto report = [&] { fmt::print("ever longer routes, in miles:{}\n", routes); };
  return runReader(argc, argv, "long", "Finds the longest routes, as they are first flown.",
                   compare, report);
}
