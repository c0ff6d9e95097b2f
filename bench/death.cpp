// How long after a death the others know, beside what the kernel itself needs for it.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/deaths.hpp"
#include "support/floors.hpp"
#include "support/measurement.hpp"
#include "support/segment.hpp"

namespace {

using namespace sluice::bench;
using Micros = std::chrono::duration<double, std::micro>;

struct Options {
  unsigned rounds = 50;
  bool quick = false;
  std::vector<std::uint64_t> ringMebibytes{1, 1024};
  std::string json;
};

/// All that is measured for one size of the ring; the kernel's time for the file lock is the
/// shorter one of its two.
struct OneRing {
  explicit OneRing(std::uint64_t bytes) : segment(bytes) {}

  const Measurement& freeLock() const {
    return std::ranges::min(lockPolled, lockAwaited, {},
                            [](const Measurement& m) { return m.times.median(); });
  }

  Segment segment;
  Measurement lockPolled = freeLockPolled(segment);
  Measurement lockAwaited = freeLockAwaited(segment);
  Measurement lease = freeLeasePolled(segment);
  Measurement claim = claimAfterConsumer(segment);
  Measurement wait = waitAfterProducer(segment);
  Measurement successor = claimOfSuccessor(segment);
};

/// A row of the table; floor is null for what is one.
struct Row {
  const Measurement* measured;
  const Measurement* floor = nullptr;
  double target = 0;

  double ratio() const { return Micros(measured->times.median()) / Micros(floor->times.median()); }
};

std::string ringName(std::uint64_t bytes) {
  if (bytes == 0) return "-";
  const std::uint64_t mebibytes = bytes >> 20;
  return mebibytes % 1024 == 0 ? fmt::format("{} GiB", mebibytes / 1024)
                               : fmt::format("{} MiB", mebibytes);
}

void print(const std::vector<Row>& rows) {
  fmt::print("{:<36}{:>9}{:>11}{:>11}{:>11}{:>11}{:>8}{:>8}\n", "us from kill -9 until", "ring",
             "min", "median", "p99", "max", "ratio", "target");
  for (const Row& row : rows) {
    const Distribution& times = row.measured->times;
    fmt::print("{:<36}{:>9}{:>11.1f}{:>11.1f}{:>11.1f}{:>11.1f}", row.measured->name,
               ringName(row.measured->ringBytes), Micros(times.min()).count(),
               Micros(times.median()).count(), Micros(times.p99()).count(),
               Micros(times.max()).count());
    if (row.floor != nullptr)
      fmt::print("{:>8.2f}{:>8.1f}{}", row.ratio(), row.target,
                 row.ratio() <= row.target ? "" : "  missed");
    fmt::print("\n");
  }
}

nlohmann::ordered_json jsonOf(const Row& row) {
  const Distribution& times = row.measured->times;
  nlohmann::ordered_json json{{"name", row.measured->name},
                              {"ringBytes", row.measured->ringBytes},
                              {"minMicros", Micros(times.min()).count()},
                              {"medianMicros", Micros(times.median()).count()},
                              {"p99Micros", Micros(times.p99()).count()},
                              {"maxMicros", Micros(times.max()).count()}};
  if (row.floor != nullptr) {
    json["floor"] = row.floor->name;
    json["ratioOfMedians"] = row.ratio();
    json["target"] = row.target;
  }
  for (const auto time : times.sorted())
    json["sortedMicros"].push_back(Micros(time).count());
  return json;
}

void write(const std::vector<Row>& rows, const std::string& path) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Row& row : rows)
    json.push_back(jsonOf(row));
  std::ofstream file(path);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file << json.dump(2) << '\n';
}

void run(const Options& options) {
  Measurement sleeper = robustFutex();
  std::vector<std::unique_ptr<OneRing>> rings;
  for (const std::uint64_t mebibytes : options.ringMebibytes)
    rings.push_back(std::make_unique<OneRing>(mebibytes << 20));

  // Everything in each round, so that what disturbs the machine disturbs all alike.
  for (unsigned round = 0; round < options.rounds; ++round) {
    measureOnce(sleeper);
    for (const auto& ring : rings)
      for (Measurement* const measurement : {&ring->lockPolled, &ring->lockAwaited, &ring->lease,
                                             &ring->claim, &ring->wait, &ring->successor})
        measureOnce(*measurement);
  }

  std::vector<Row> rows{{&sleeper}};
  for (const auto& ring : rings) {
    rows.push_back({&ring->lockPolled});
    rows.push_back({&ring->lockAwaited});
    rows.push_back({&ring->lease});
    rows.push_back({&ring->claim, &sleeper, 2.0});
    rows.push_back({&ring->wait, &ring->freeLock(), 1.5});
    rows.push_back({&ring->successor, &ring->freeLock(), 1.5});
  }
  print(rows);
  if (!options.json.empty()) write(rows, options.json);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("How long after a death the others know, beside what the kernel needs for it.");
  const auto rounds = app.add_option("--rounds", options.rounds, "rounds of each measurement")
                          ->check(CLI::PositiveNumber)
                          ->capture_default_str();
  app.add_flag("--quick", options.quick, "5 rounds")->excludes(rounds);
  app.add_option("--ring", options.ringMebibytes, "sizes of the ring in MiB: powers of two")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--json", options.json, "write the results, with all times, to this file");
  CLI11_PARSE(app, argc, argv);
  if (options.quick) options.rounds = 5;
  try {
    run(options);
  } catch (const std::exception& exception) {
    fmt::print(stderr, "death: {}\n", exception.what());
    return 1;
  }
  return 0;
}
