// Which airports send off the flights that arrive latest, on average.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reader.hpp"

int main(int argc, char** argv) {
  struct Sum {
    std::int64_t minutes = 0;
    std::int64_t flights = 0;
    double mean() const { return static_cast<double>(minutes) / static_cast<double>(flights); }
  };
  std::map<std::string, Sum> airports;

  const auto add = [&](const Flights& batch) {
    for (const Flight& flight : batch) {
      Sum& sum = airports[flight.origin.data()];
      sum.minutes += flight.delay;
      ++sum.flights;
    }
  };
  const auto report = [&] {
    std::vector<std::pair<std::string, Sum>> busy;
    for (const auto& airport : airports)
      if (airport.second.flights >= 100) busy.push_back(airport);
    std::sort(busy.begin(), busy.end(),
              [](const auto& a, const auto& b) { return a.second.mean() > b.second.mean(); });
    fmt::print("latest, of airports with 100 flights or more:");
    for (std::size_t i = 0; i < busy.size() && i < 5; ++i)
      fmt::print(" {} +{:.1f} min", busy[i].first, busy[i].second.mean());
    fmt::print("\n");
  };
  return runReader(argc, argv, "late", "Finds the airports that send off the latest flights.", add,
                   report);
}
