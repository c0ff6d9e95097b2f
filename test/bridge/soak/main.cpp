// Kills, stops and restarts everything between two rings at random, and accounts for every record.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cargo.hpp"
#include "inspect/look.hpp"
#include "server/nats_admin.hpp"
#include "server/nats_server.hpp"
#include "support/child_process.hpp"
#include "support/scratch_directory.hpp"

namespace shm_bridge::soak {
namespace {

using namespace std::chrono_literals;
using sluice::Status;
using sluice::testing::ChildProcess;
using sluice::testing::eventually;
using sluice::testing::SharedNumber;
using Clock = std::chrono::steady_clock;

struct Settings {
  double seconds = 60;
  bool isCluster = false;
  bool hasMessages = false;
  std::uint64_t seed = std::random_device{}();
  std::string bridge;
};

/// What the processes tell each other.
struct Board {
  SharedNumber mayClose;   // 1: the producer closes the stream
  SharedNumber published;  // by a producer that has closed
  SharedNumber checked;    // records that arrived, each once, in order and itself
  SharedNumber isWrong;    // 1 + the first record that did not
  SharedNumber isOver;     // 1: the far end has seen the stream closed
};

/// A process that is started again whenever it is killed.
struct Part {
  std::string name;
  std::function<ChildProcess()> start;
  std::optional<ChildProcess> process{};

  void begin() { process.emplace(start()); }
  void kill() { process.reset(); }
};

template <class Cargo>
class Soak {
 public:
  explicit Soak(const Settings& settings) : settings_(settings), random_(settings.seed) {
    for (const std::string* directory : {&here_, &there_, &nats_})
      std::filesystem::create_directory(*directory);
    if (settings_.isCluster)
      cluster_.emplace(nats_);
    else
      server_.emplace(nats_);
    const std::string urls = urls_ = cluster_ ? cluster_->urls() : server_->url();
    add("producer", [this] { return ChildProcess([this] { return produce(); }); });
    add("consumer", [this] { return ChildProcess([this] { return consume(); }); });
    add("out", [this, urls] {
      return execute({settings_.bridge, "out", here_ + "/ring", "--stream", "S", "--nats", urls,
                      "--within", "60", "--batch", "16384", "--replicas",
                      settings_.isCluster ? "3" : "1", "--max-bytes", "512MB"},
                     log("out"));
    });
    add("in", [this, urls] {
      return execute({settings_.bridge, "in", "S", "--ring", there_ + "/mirror", "--nats", urls,
                      "--within", "60", "--wait-for", "soak"},
                     log("in"));
    });
  }

  bool run() {
    if (!isServed()) return fail("a server does not start");
    for (Part& part : parts_)
      part.begin();
    if (!holds(0)) return false;
    const auto end = Clock::now() + std::chrono::duration<double>(settings_.seconds);
    while (Clock::now() < end) {
      // A cluster that finds its leader again takes seconds, and is not to be disturbed for ever.
      const int atOnce = settings_.isCluster ? 3 : 20;
      const std::uint64_t before = board_.checked.get();
      for (int i = 0; i < atOnce && Clock::now() < end; ++i)
        disturb();
      if (!holds(before)) return false;
    }
    return finish();
  }

 private:
  void add(std::string name, std::function<ChildProcess()> start) {
    parts_.push_back({std::move(name), std::move(start)});
  }
  std::string log(const std::string& name) const { return scratch_.path() + "/" + name + ".log"; }
  std::uint64_t pick(std::uint64_t n) { return random_() % n; }
  void pause(std::uint64_t milliseconds) {
    ::poll(nullptr, 0, static_cast<int>(pick(milliseconds)));
  }

  bool isServed() {
    if (server_) return server_->isThere();
    for (int i = 0; i < NatsCluster::size; ++i)
      if (!(*cluster_)[i].isThere()) return false;
    return true;
  }

  int produce() {
    auto ring =
        Cargo::create({.capacity = capacity, .directory = here_, .takeOverWithin = 60s}).value();
    // Nothing is sent before there is a consumer that holds it.
    if (ring.lastPublished() == sluice::noSequence)
      static_cast<void>(ring.waitForConsumers({"bridge"}));
    // The stream has to have room for what is under way.
    while (board_.mayClose.get() == 0)
      if (ring.lastPublished() + 1 < board_.checked.get() + Cargo::mostUnderWay)
        Cargo::send(ring, ring.lastPublished() + 1);
      else
        ::poll(nullptr, 0, 1);
    board_.published.set(ring.lastPublished() + 1);
    ring.close();
    return 0;
  }

  int consume() {
    auto in = Cargo::Consumer::attach("mirror", {.name = "soak",
                                                 .startAt = sluice::StartAt::oldest,
                                                 .withoutProducer = sluice::WithoutProducer::stay,
                                                 .onDeath = sluice::OnDeath::hold,
                                                 .appearWithin = 60s,
                                                 .directory = there_})
                  .value();
    while (const auto batch = in.wait()) {
      std::uint64_t sequence = batch.first();
      for (auto&& record : batch) {
        const bool isNext = sequence <= board_.checked.get();
        if (!isNext || !Cargo::isItself(record, sequence)) {
          board_.isWrong.set(sequence + 1);
          return 1;
        }
        if (++sequence > board_.checked.get()) board_.checked.set(sequence);
      }
      in.commit();
    }
    if (in.status() != Status::closed) return 1;
    board_.isOver.set(1);
    return 0;
  }

  /// One death, or one stop.
  void disturb() {
    pause(settings_.isCluster ? 400 : 100);
    const bool isServer = pick(3) == 0;
    const bool isStop = pick(3) == 0;
    ++(isStop ? stops_ : deaths_);
    if (isServer) {
      NatsServer& server = cluster_ ? (*cluster_)[static_cast<int>(pick(3))] : *server_;
      if (isStop)
        server.stop();
      else
        server.kill();
      pause(settings_.isCluster ? 3000 : 300);
      if (isStop)
        server.goOn();
      else
        server.start();
      return;
    }
    Part& part = parts_[pick(parts_.size())];
    if (isStop) {
      part.process->signal(SIGSTOP);
      pause(300);
      part.process->signal(SIGCONT);
      return;
    }
    part.kill();
    pause(100);
    part.begin();
  }

  /// Records come, and nothing was wrong.
  bool holds(std::uint64_t before) {
    const bool goesOn =
        eventually([&] { return board_.checked.get() > before || board_.isWrong.get() != 0; }, 60s);
    if (board_.isWrong.get() != 0)
      return fail(fmt::format("record {} is not the one that comes next, or not itself",
                              board_.isWrong.get() - 1));
    return goesOn || fail("no record came for a minute");
  }

  bool finish() {
    board_.mayClose.set(1);
    const bool isOver =
        eventually([this] { return board_.isOver.get() == 1 || board_.isWrong.get() != 0; }, 120s);
    if (!isOver || board_.isWrong.get() != 0) return fail("the end did not come");
    if (board_.published.get() != board_.checked.get())
      return fail(fmt::format("{} records were published and {} arrived", board_.published.get(),
                              board_.checked.get()));
    for (Part& part : parts_)
      if (part.process->wait() != 0) return fail(part.name + " has not ended well");
    fmt::print("{} records, {} deaths, {} stops: each record once\n", board_.checked.get(), deaths_,
               stops_);
    return true;
  }

  bool fail(const std::string& what) const {
    fmt::print("seed {}: {}\n{}--- out\n{}--- in\n{}", settings_.seed, what, whereabouts(),
               contentsOf(log("out")), contentsOf(log("in")));
    return false;
  }

  /// How far the records are on their way.
  std::string whereabouts() const {
    std::string words = fmt::format("checked: {} records\n", board_.checked.get());
    for (const auto& [directory, name] : {std::pair(here_, "ring"), std::pair(there_, "mirror")})
      if (const auto ring = sluice::inspect::look({directory, name}))
        words += fmt::format("{}: {} records, {} of them not committed, producer {}\n", name,
                             ring->producer->stream.published + 1,
                             ring->consumers.empty() ? 0 : ring->consumers[0].lag,
                             ring->producer->alive ? "alive" : "gone");
    try {
      words += fmt::format("stream: up to message {}\n", NatsAdmin(urls_).state().last);
    } catch (const std::exception& error) {
      words += fmt::format("stream: {}\n", error.what());
    }
    return words;
  }

  Settings settings_;
  std::mt19937_64 random_;
  sluice::testing::ScratchDirectory scratch_;
  std::string here_ = scratch_.path() + "/here";
  std::string there_ = scratch_.path() + "/there";
  std::string nats_ = scratch_.path() + "/nats";
  std::string urls_;
  Board board_;
  std::optional<NatsServer> server_;
  std::optional<NatsCluster> cluster_;
  std::vector<Part> parts_;
  std::uint64_t deaths_ = 0;
  std::uint64_t stops_ = 0;
};

int soak(int argc, char** argv) {
  Settings settings;
  CLI::App app(
      "Carries records from one ring to another over NATS, kills and stops the producer, the "
      "bridges, the servers and the consumer at random, and accounts for every record.",
      "bridge_soak");
  app.add_option("--seconds", settings.seconds, "how long")->capture_default_str();
  app.add_flag("--cluster", settings.isCluster, "three servers, and not one");
  app.add_flag("--messages", settings.hasMessages, "messages, and not records");
  app.add_option("--seed", settings.seed, "of what is random");
  app.add_option("--bridge", settings.bridge, "the program")->required();
  CLI11_PARSE(app, argc, argv);
  const bool holds =
      settings.hasMessages ? Soak<MessageCargo>(settings).run() : Soak<RecordCargo>(settings).run();
  return holds ? 0 : 1;
}

}  // namespace
}  // namespace shm_bridge::soak

int main(int argc, char** argv) try {
  return shm_bridge::soak::soak(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "bridge_soak: %s\n", error.what());
  return 2;
}
