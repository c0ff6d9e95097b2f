// Publishes a file of flights, one record a line, to whoever reads.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "flight.hpp"
#include "sluice/sluice.hpp"

namespace {

template <std::size_t N>
void copyText(const std::string& text, std::array<char, N>& to) {
  to.fill('\0');
  std::copy_n(text.begin(), std::min(text.size(), N), to.begin());
}

Flight parse(const std::string& line) {
  std::istringstream fields(line);
  std::string departure, delay, distance, origin, destination;
  std::getline(fields, departure, ',');
  std::getline(fields, delay, ',');
  std::getline(fields, distance, ',');
  std::getline(fields, origin, ',');
  std::getline(fields, destination, ',');
  Flight flight{};
  copyText(departure, flight.departure);
  flight.delay = std::stoi(delay);
  flight.distance = static_cast<std::uint32_t>(std::stoul(distance));
  copyText(origin, flight.origin);
  copyText(destination, flight.destination);
  return flight;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::cerr << "usage: publish_flights SEGMENT FILE.csv\n";
    return 2;
  }
  std::ifstream file(argv[2]);
  std::string line;
  if (!std::getline(file, line)) {
    std::cerr << "cannot read " << argv[2] << '\n';
    return 2;
  }
  auto ring = sluice::Producer<Flight>::create(argv[1], {.capacity = 1024}).value();
  if (ring.waitForConsumers({"late", "long", "count"}, std::chrono::seconds(60)) !=
      sluice::Status::ok) {
    std::cerr << "nobody came to read\n";
    return 1;
  }
  std::uint64_t published = 0;
  for (; std::getline(file, line); ++published) {
    ring.claimOne() = parse(line);
    ring.publish();
  }
  ring.close();
  std::cout << "published " << published << " flights\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
