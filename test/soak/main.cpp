// soak: producers and consumers that are killed, stopped, continued and started again at random,
// and accounts that say whether every record came where it was to come.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <system_error>

#include <unistd.h>

#include "pid_namespaces.hpp"
#include "report.hpp"
#include "settings.hpp"
#include "supervisor.hpp"
#include "support/sanitizers.hpp"
#include "support/threads_after_fork.hpp"

namespace {

using namespace sluice;
using namespace sluice::soak;

enum Status { good = 0, bad = 1, misused = 2, notPermitted = 77 };

constexpr std::array<std::uint64_t, 4> capacities{65536, 1024, 64, 8};

int run(const Settings& settings) {
  std::unique_ptr<PidNamespaces> namespaces;
  if (settings.namespaces) {
    try {
      namespaces = std::make_unique<PidNamespaces>();
    } catch (const std::system_error& refusal) {
      fmt::print("skipped: this system allows no pid namespaces: {}\n", refusal.what());
      return notPermitted;
    }
  }
  fmt::print("soak --seconds {} --rounds {} --seed {}{}{}\n", settings.seconds, settings.rounds,
             settings.seed,
             settings.capacity != 0 ? fmt::format(" --capacity {}", settings.capacity) : "",
             settings.namespaces ? " --namespaces" : "");
  std::fflush(stdout);

  Report report;
  const std::string prefix = fmt::format("sluice-soak-{}-", ::getpid());
  for (unsigned i = 0; i < settings.rounds && report.isGood(); ++i) {
    const Round round{.segment = prefix + std::to_string(i),
                      .slotLayout = i % 2 == 0 ? SlotLayout::stamped : SlotLayout::packed,
                      .capacity = settings.capacity != 0 ? settings.capacity
                                                         : capacities[i / 2 % capacities.size()],
                      .length = std::chrono::duration<double>(settings.seconds / settings.rounds),
                      .seed = settings.seed + i};
    Supervisor(settings, round, namespaces.get(), report).run();
  }
  for (const auto& file : std::filesystem::directory_iterator(defaultDirectory)) {
    if (file.path().filename().string().starts_with(prefix))
      report.fault("left behind: " + file.path().string());
  }
  fmt::print("{}", report.inText());
  return report.isGood() ? good : bad;
}

}  // namespace

int main(int argc, char** argv) try {
  Settings settings;
  settings.seed = std::random_device{}();
  // A sanitizer makes everything slower, beginning with the start of a process.
  std::uint64_t pause = testing::sanitized ? 40'000 : 5'000;
  CLI::App app("Kills everybody all the time, and looks whether every record is accounted for.",
               "soak");
  app.footer(
      "Exit status: 0 every record is accounted for, 1 something is wrong, 2 wrong "
      "arguments, 77 pid namespaces are not permitted.");
  app.add_option("--seconds", settings.seconds, "how long to strike")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--rounds", settings.rounds,
                 "rings one after the other, stamped and packed in turn; about five seconds each "
                 "unless given");
  app.add_option("--seed", settings.seed, "of all random choices; the system's is its own");
  app.add_option("--capacity", settings.capacity,
                 "records in a ring; small and large ones in turn unless given")
      ->check(CLI::Range(4U, 1U << 20));
  app.add_option("--pause", pause, "microseconds between two strikes, on average")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  std::uint64_t patience = static_cast<std::uint64_t>(settings.patience.count());
  app.add_option("--patience", patience,
                 "seconds without a record, or for the end, that are a hang")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--namespaces", settings.namespaces,
               "every other process in one of two pid namespaces");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? good : misused;
  }
  settings.pause = std::chrono::microseconds(pause);
  settings.patience = std::chrono::seconds(patience);
  if (settings.rounds == 0)
    settings.rounds = std::max(8U, static_cast<unsigned>(std::lround(settings.seconds / 5)));
  const int status = run(settings);
  if (!settings.namespaces) return status;
  // Whose children go into another pid namespace can start no thread, and a sanitizer does in the
  // end.
  std::fflush(stdout);
  std::_Exit(status);
} catch (const std::exception& error) {
  fmt::print(stderr, "soak: {}\n", error.what());
  return bad;
}
