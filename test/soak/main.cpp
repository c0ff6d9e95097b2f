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
#include <map>
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

/// Large and small ones. Of messages, so many slots as go round soon, and some that all lie in
/// their slots, some that do where they are of middling length.
struct Size {
  std::uint64_t records;
  std::uint64_t messages;
  std::uint64_t payloadBytes;
  std::uint32_t slotSize;
};
constexpr std::array<Size, 4> sizes{{{65536, 1024, 1 << 20, 64},
                                     {1024, 256, 1 << 16, 256},
                                     {64, 64, 1 << 18, 1024},
                                     {8, 8, 4096, 64}}};

Round roundOf(const Settings& settings, unsigned number, const std::string& prefix) {
  const std::size_t layouts = settings.slotLayouts.size();
  const SlotLayout slotLayout = settings.slotLayouts[number % layouts];
  const Size& size = sizes[number / layouts % sizes.size()];
  const std::uint64_t slots = slotLayout == SlotLayout::messages ? size.messages : size.records;
  return {.segment = prefix + std::to_string(number),
          .slotLayout = slotLayout,
          .capacity = settings.capacity != 0 ? settings.capacity : slots,
          .payloadBytes = size.payloadBytes,
          .slotSize = size.slotSize,
          .length = std::chrono::duration<double>(settings.seconds / settings.rounds),
          .seed = settings.seed + number};
}

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
  fmt::print("soak --seconds {} --rounds {} --seed {}{}{}{}\n", settings.seconds, settings.rounds,
             settings.seed,
             settings.slotLayouts.size() == 1
                 ? fmt::format(" --layout {}", nameOf(settings.slotLayouts.front()))
                 : "",
             settings.capacity != 0 ? fmt::format(" --capacity {}", settings.capacity) : "",
             settings.namespaces ? " --namespaces" : "");
  std::fflush(stdout);

  Report report;
  const std::string prefix = fmt::format("sluice-soak-{}-", ::getpid());
  for (unsigned i = 0; i < settings.rounds && report.isGood(); ++i) {
    const Round round = roundOf(settings, i, prefix);
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
  app.add_option(
      "--rounds", settings.rounds,
      "rings one after the other, of all layouts in turn; about five seconds each unless "
      "given");
  SlotLayout slotLayout{};
  const CLI::Option* const layout =
      app.add_option("--layout", slotLayout, "stamped, packed or messages, and no other")
          ->transform(CLI::CheckedTransformer(std::map<std::string, SlotLayout>{
              {nameOf(SlotLayout::stamped), SlotLayout::stamped},
              {nameOf(SlotLayout::packed), SlotLayout::packed},
              {nameOf(SlotLayout::messages), SlotLayout::messages}}));
  app.add_option("--seed", settings.seed, "of all random choices; the system's is its own");
  app.add_option("--capacity", settings.capacity,
                 "slots of a ring; small and large ones in turn unless given")
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
  if (!layout->empty()) settings.slotLayouts = {slotLayout};
  settings.pause = std::chrono::microseconds(pause);
  settings.patience = std::chrono::seconds(patience);
  if (settings.rounds == 0)
    settings.rounds = std::max(static_cast<unsigned>(settings.slotLayouts.size() * sizes.size()),
                               static_cast<unsigned>(std::lround(settings.seconds / 5)));
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
