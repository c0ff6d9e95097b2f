// Publishes a file of flights, one record a line, as often as it is told to.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "flight_csv.hpp"
#include "progress.hpp"
#include "sluice/producer.hpp"

namespace {

/// No consumer is waited for longer, so that the demo ends although a consumer hangs.
constexpr std::chrono::seconds patience{60};

struct Feed {
  std::string segment;
  std::string path;
  std::uint64_t rounds = 1;
  std::vector<std::string> awaited;  // consumers
  std::string directory{sluice::defaultDirectory};
};

void publish(sluice::Producer<Flight>& ring, const std::vector<Flight>& flights,
             std::uint64_t rounds) {
  Progress progress(flights.size() * rounds);
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    const sluice::Sent sent = ring.send(flights, patience);
    if (sent.status != sluice::Status::ok)
      throw std::runtime_error(
          fmt::format("no consumer makes room: {}", sluice::nameOf(sent.status)));
    progress.show(round * flights.size());
  }
  progress.end();
}

void publishFile(const Feed& feed) {
  const std::vector<Flight> flights = readCsv(feed.path);
  if (flights.empty()) throw std::runtime_error(fmt::format("{} has no flights", feed.path));
  auto ring = sluice::Producer<Flight>::create(feed.segment,
                                               {.capacity = 8192, .directory = feed.directory})
                  .value();
  const std::vector<std::string_view> awaited(feed.awaited.begin(), feed.awaited.end());
  if (ring.waitForConsumers(awaited, patience) != sluice::Status::ok)
    throw std::runtime_error("not all of the consumers came");
  publish(ring, flights, feed.rounds);
  ring.close();
}

}  // namespace

int main(int argc, char** argv) try {
  Feed feed;
  CLI::App app("Publishes a CSV file of flights.");
  app.add_option("SEGMENT", feed.segment, "the name of the segment to create")->required();
  app.add_option("FILE", feed.path, "the flights")->required();
  app.add_option("--rounds", feed.rounds, "how often to publish all of them")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--await", feed.awaited, "begin when consumers of these names have joined")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME,...");
  app.add_option("--directory", feed.directory, "where segments are")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  publishFile(feed);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
