#include "supervisor.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "inspect/look.hpp"
#include "sluice/segment.hpp"

namespace sluice::soak {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

void rest() {
  constexpr timespec time{0, 200'000};
  ::ppoll(nullptr, 0, &time, nullptr);
}

}  // namespace

Supervisor::Supervisor(const Settings& settings, const Round& round,
                       const PidNamespaces* namespaces, Report& report)
    : settings_(settings),
      round_(round),
      namespaces_(namespaces),
      report_(report),
      random_(round.seed),
      lastProgress_(Clock::now()) {
  for (const Role& role : fullCast())
    workers_.emplace_back(role, workers_.size());
}

Supervisor::~Supervisor() {
  killEverybody();
  const auto removed = removeSegment(round_.segment, {.evenIfInUse = true, .evenIfHeld = true});
  if (!removed) report_.fault("not removed: " + removed.error().message());
}

void Supervisor::run() {
  for (Worker& worker : workers_)
    start(worker);
  soak();
  if (!isBroken()) settle();
  if (!isBroken()) finish();
  killEverybody();
  if (!isBroken()) closeBooks();
  report_.add(workers_, *board_);
}

std::uint64_t Supervisor::upTo(std::uint64_t most) {
  return std::uniform_int_distribution<std::uint64_t>(0, most)(random_);
}

Supervisor::TimePoint Supervisor::soon(std::uint64_t mostMicroseconds) {
  return Clock::now() + std::chrono::microseconds(upTo(mostMicroseconds));
}

/// Some of the processes for which nobody has to wait stay away until the ring has gone round
/// without them; in the end, when it may go round no more, nobody.
Worker::Return Supervisor::backAfter(const Worker& worker, std::uint64_t oneIn, TimePoint time) {
  const Role& role = worker.role();
  const bool isAwaited = role.kind != Role::Kind::consumer || role.onDeath == OnDeath::hold;
  if (!isStriking_ || isAwaited || oneIn == 0 || upTo(oneIn - 1) != 0) return {time, 0};
  return {time, board_->producer.published.get() + 2 * round_.capacity};
}

void Supervisor::start(Worker& worker) {
  ++lives_;
  if (namespaces_ != nullptr) namespaces_->choose(lives_ % 2);
  // Many die while they are still attaching, or have just begun.
  const bool isDoomed = isStriking_ && upTo(3) == 0;
  worker.start(*board_, round_, lives_, isDoomed ? soon(4'000) : TimePoint::max());
}

void Supervisor::serveWhoIsDue(TimePoint now) {
  for (Worker& worker : workers_) {
    const bool isDue = worker.isDue(now, board_->producer.published.get());
    if (worker.state() == Worker::State::dead && isDue) start(worker);
    if (worker.state() == Worker::State::stopped && isDue) worker.goOn();
    if (worker.lives() && now >= worker.doom()) worker.kill();
  }
}

void Supervisor::reap() {
  for (Worker& worker : workers_) {
    int status = 0;
    if (!worker.lives() || ::waitpid(worker.pid(), &status, WNOHANG) != worker.pid()) continue;
    // Most come back at once; a few stay away for so long that all wait for them.
    worker.reap(status, *board_, backAfter(worker, 6, soon(upTo(15) == 0 ? 60'000 : 3'000)));
    if (worker.state() == Worker::State::broken)
      fault(fmt::format("{}: {}", worker.describe(), worker.complaint()));
    if (worker.state() == Worker::State::done && board_->ending.get() == 0)
      fault(fmt::format("{} ended by itself", worker.describe()));
  }
}

void Supervisor::strike() {
  // Sometimes several at once.
  const std::uint64_t count = upTo(9) == 0 ? 1 + upTo(4) : 1;
  for (std::uint64_t i = 0; i < count; ++i)
    strikeOne(workers_[upTo(workers_.size() - 1)]);
}

void Supervisor::strikeOne(Worker& worker) {
  if (!worker.lives()) return;
  if (worker.state() == Worker::State::stopped || upTo(3) != 0)
    worker.kill();
  else
    worker.stop(backAfter(worker, worker.role().mayBeEvicted() ? 3 : 0,
                          soon(upTo(3) == 0 ? 80'000 : 8'000)));
}

bool Supervisor::isStuck(TimePoint now) {
  const std::uint64_t published = board_->producer.published.get();
  if (published != lastPublished_) {
    lastPublished_ = published;
    lastProgress_ = now;
  }
  report_.addPause(now - lastProgress_);
  return now - lastProgress_ > settings_.patience;
}

void Supervisor::soak() {
  const TimePoint end = Clock::now() + std::chrono::duration_cast<Clock::duration>(round_.length);
  std::exponential_distribution<double> pause(1.0 / static_cast<double>(settings_.pause.count()));
  TimePoint nextStrike = Clock::now();
  for (TimePoint now = Clock::now(); now < end && !isBroken(); now = Clock::now()) {
    reap();
    serveWhoIsDue(now);
    if (now >= nextStrike) {
      strike();
      nextStrike = now + std::chrono::microseconds(std::llround(pause(random_)));
    }
    if (isStuck(now)) {
      fault(fmt::format("nothing was published for {} s", settings_.patience.count()));
      describeHang();
    }
    rest();
  }
}

template <class Holds>
void Supervisor::serveUntil(Holds holds, const char* what) {
  const TimePoint deadline = Clock::now() + settings_.patience;
  while (!holds() && !isBroken()) {
    reap();
    serveWhoIsDue(Clock::now());
    if (Clock::now() >= deadline) {
      fault(fmt::format("{} within {} s", what, settings_.patience.count()));
      describeHang();
    }
    rest();
  }
}

/// Nobody is struck any more. The ring still has to go round for the processes that wait for that.
void Supervisor::settle() {
  isStriking_ = false;
  const auto allAreBack = [this] {
    return std::all_of(workers_.begin(), workers_.end(), [](const Worker& worker) {
      return worker.state() == Worker::State::running && worker.doom() == TimePoint::max();
    });
  };
  serveUntil(allAreBack, "the ring did not go round without those who stayed away");
}

/// The producer closes, everybody reads to the end, then all leave.
void Supervisor::finish() {
  board_->ending.set(1);
  serveUntil([this] { return allHaveSeenTheEnd(); }, "not everybody saw the end");
  board_->leave.set(1);
  const auto allHaveLeft = [this] {
    return std::all_of(workers_.begin(), workers_.end(),
                       [](const Worker& worker) { return worker.state() == Worker::State::done; });
  };
  serveUntil(allHaveLeft, "not everybody left");
}

bool Supervisor::allHaveSeenTheEnd() const {
  return std::all_of(workers_.begin(), workers_.end(), [this](const Worker& worker) {
    const auto place = static_cast<std::size_t>(&worker - workers_.data());
    return worker.role().kind == Role::Kind::producer ||
           board_->consumers[place].finished.get() != 0;
  });
}

void Supervisor::killEverybody() {
  for (Worker& worker : workers_) {
    if (!worker.lives()) continue;
    worker.kill();
    int status = 0;
    ::waitpid(worker.pid(), &status, 0);
    worker.reap(status, *board_, {});
  }
}

void Supervisor::fault(const std::string& text) {
  broken_ = true;
  report_.fault(
      fmt::format("{} (round with seed {}, {})", text, round_.seed, nameOf(round_.slotLayout)));
}

}  // namespace sluice::soak
