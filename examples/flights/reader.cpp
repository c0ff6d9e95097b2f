#include "reader.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "rate.hpp"

sluice::Consumer<Flight> attachReader(const std::string& segment, const std::string& name,
                                      sluice::OnDeath onDeath, const std::string& directory) {
  return sluice::Consumer<Flight>::attach(segment, {.name = name,
                                                    .startAt = sluice::StartAt::oldest,
                                                    .onDeath = onDeath,
                                                    .appearWithin = std::chrono::seconds(60),
                                                    .directory = directory})
      .value();
}

void readToEnd(sluice::Consumer<Flight>& in, const UseFlights& use) {
  auto batch = in.wait();
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t flights = 0;
  for (; batch; batch = in.wait()) {
    use(batch);
    flights += batch.size();
    in.commit();
  }
  if (in.status() != sluice::Status::closed)
    throw std::runtime_error(
        fmt::format("{}: the stream broke off: {}", in.name(), sluice::nameOf(in.status())));
  fmt::print("{} read {}\n", in.name(), rateOf(flights, std::chrono::steady_clock::now() - start));
}

int runReader(int argc, char** argv, const std::string& name, const std::string& purpose,
              const UseFlights& use, const std::function<void()>& report) try {
  std::string segment;
  CLI::App app(purpose);
  app.add_option("SEGMENT", segment, "the segment's name")->required();
  CLI11_PARSE(app, argc, argv);
  auto in = attachReader(segment, name);
  readToEnd(in, use);
  report();
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
