// fan_in_soak: one producer for each of many rings and one collector of all of them, which are
// killed and started again at random; the collector tells whether every record came once. Or, in
// place of the collector, shm-merge and a reader of what it makes.
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "board.hpp"
#include "lives.hpp"
#include "merge_lives.hpp"
#include "support/child_process.hpp"
#include "support/scratch_directory.hpp"
#include "support/threads_after_fork.hpp"

namespace {

using namespace sluice::soak;
using sluice::testing::ChildProcess;
using Clock = std::chrono::steady_clock;

enum Status { good = 0, bad = 1, misused = 2 };

struct Settings {
  double seconds = 60;
  std::size_t producers = 64;
  std::uint64_t seed = 0;
  bool isMerge = false;
};

/// Nobody outlives the supervisor, however that ends.
void dieWith(pid_t supervisor) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) ::_exit(bad);
}

class Supervisor {
 public:
  explicit Supervisor(const Settings& settings)
      : settings_(settings),
        board_(*new (::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Board),
        random_(settings.seed),
        producers_(settings.producers) {}

  int run() {
    startAll();
    const auto until = Clock::now() + std::chrono::duration<double>(settings_.seconds);
    while (Clock::now() < until && !hasComplaint())
      strike();
    end();
    report();
    return hasComplaint() ? bad : good;
  }

 private:
  using Worker = std::optional<ChildProcess>;

  bool hasComplaint() const { return board_.hasComplaint.load(std::memory_order_acquire); }

  template <class Live>
  void start(Worker& worker, Live live) {
    const FanInLife life{board_, directory_.path(), settings_.producers, random_()};
    worker.emplace([&, supervisor = ::getpid()] {
      dieWith(supervisor);
      return live(life);
    });
  }

  void startAll() {
    if (!collector_) start(collector_, settings_.isMerge ? merge : collect);
    if (!reader_ && settings_.isMerge) start(reader_, readMerged);
    for (std::size_t i = 0; i < producers_.size(); ++i)
      if (!producers_[i])
        start(producers_[i], [i](const FanInLife& life) { return produce(life, i); });
  }

  /// Kills one; the dead come back some time later, all at once.
  void strike() {
    ::poll(nullptr, 0, static_cast<int>(random_() % 10));
    const auto which = random_() % (settings_.isMerge ? 16 : 8);
    if (which == 0)
      kill(collector_, collectorDeaths_);
    else if (which == 1 && settings_.isMerge)
      kill(reader_, readerDeaths_);
    else
      kill(producers_[random_() % producers_.size()], producerDeaths_);
    if (random_() % 4 == 0) startAll();
  }

  void kill(Worker& victim, std::uint64_t& deaths) {
    if (!victim) return;
    victim->signal(SIGKILL);
    if (victim->wait() != -1000 - SIGKILL) board_.complain("a process ended by itself");
    victim.reset();
    ++deaths;
  }

  void end() {
    startAll();
    board_.isEnding.store(true, std::memory_order_release);
    for (Worker& producer : producers_)
      expectEnd(producer, "a producer");
    board_.areProducersGone.store(true, std::memory_order_release);
    expectEnd(collector_, settings_.isMerge ? "the merge" : "the collector");
    if (settings_.isMerge) return expectEnd(reader_, "the reader");
    if (!hasComplaint() && !std::filesystem::is_empty(directory_.path()))
      board_.complain("a closed ring has kept its name");
  }

  void expectEnd(Worker& worker, const char* name) {
    if (hasComplaint()) return;
    if (const int status = worker->wait(); status != good)
      board_.complain(fmt::format("{} has not ended well: {}", name, status));
  }

  void report() const {
    fmt::print(
        "{} producers, {} of them killed, and the {} {} times, its reader {} times; {} records "
        "committed\n",
        settings_.producers, producerDeaths_, settings_.isMerge ? "merge" : "collector",
        collectorDeaths_, readerDeaths_, board_.records.load(std::memory_order_relaxed));
    if (hasComplaint()) fmt::print("wrong: {}\n", board_.complaint.data());
  }

  Settings settings_;
  Board& board_;
  sluice::testing::ScratchDirectory directory_;
  std::mt19937_64 random_;
  std::vector<Worker> producers_;
  Worker collector_;  // or the merge
  Worker reader_;
  std::uint64_t producerDeaths_ = 0;
  std::uint64_t collectorDeaths_ = 0;
  std::uint64_t readerDeaths_ = 0;
};

}  // namespace

int main(int argc, char** argv) try {
  Settings settings;
  settings.seed = std::random_device{}();
  CLI::App app("Kills the producers and the reader of many rings, and looks whether all came once.",
               "fan_in_soak");
  app.footer("Exit status: 0 every record came once, 1 something is wrong, 2 wrong arguments.");
  app.add_option("--seconds", settings.seconds, "how long to strike")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--producers", settings.producers, "with a ring each")
      ->check(CLI::Range(std::size_t{1}, Board::maxRings))
      ->capture_default_str();
  app.add_option("--seed", settings.seed, "of all random choices; the system's is its own");
  app.add_flag("--merge", settings.isMerge, "with shm-merge and a reader of what it makes");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? good : misused;
  }
  fmt::print("fan_in_soak --seconds {} --producers {} --seed {}{}\n", settings.seconds,
             settings.producers, settings.seed, settings.isMerge ? " --merge" : "");
  std::fflush(stdout);
  return Supervisor(settings).run();
} catch (const std::exception& error) {
  fmt::print(stderr, "fan_in_soak: {}\n", error.what());
  return bad;
}
