#include "lives.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <utility>

#include "sluice/fan_in.hpp"
#include "sluice/sluice.hpp"

namespace sluice::soak {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60s;

template <class Run>
int complaining(Board& board, Run run) {
  try {
    run();
    return 0;
  } catch (const std::exception& reason) {
    board.complain(reason.what());
    return 1;
  }
}

class Collector {
 public:
  explicit Collector(const FanInLife& life) : life_(life), board_(life.board), in_(open(life)) {}

  void run() {
    while (!areAllEnded())
      take(in_.wait(patience));
    // What is closed loses its name once its producer is gone too.
    while (!board_.areProducersGone.load(std::memory_order_acquire))
      ::poll(nullptr, 0, 1);
  }

 private:
  using Event = FanIn<Parcel>::Event;

  /// Every other collector merges.
  static FanIn<Parcel> open(const FanInLife& life) {
    const FanInOptions options{.name = "collector",
                               .onDeath = OnDeath::hold,
                               .removeClosed = true,
                               .maxBatch = 64,
                               .directory = life.directory};
    const MergedBy<Parcel> byNumber{
        .time = [](const Parcel& parcel) { return static_cast<std::int64_t>(parcel.number); },
        .quietLimit = 1ms};
    auto in = life.seed % 2 == 0 ? FanIn<Parcel>::open("log-*", options)
                                 : FanIn<Parcel>::open("log-*", options, byNumber);
    return std::move(in).value();
  }

  bool areAllEnded() const {
    for (std::size_t i = 0; i < life_.rings; ++i)
      if (!board_.rings[i].isEnded.load(std::memory_order_relaxed)) return false;
    return true;
  }

  void take(const Event& event) {
    switch (event.news()) {
      case FanInNews::records:
        return takeRecords(event);
      case FanInNews::ended:
        return takeEnd(event);
      case FanInNews::refused:
        // The rows of a collector that was killed are free a moment later.
        if (event.error().code != ErrorCode::inUse)
          throw std::runtime_error(event.error().message());
        return;
      case FanInNews::none:
        throw std::runtime_error(fmt::format("nothing came: {}", nameOf(event.status())));
    }
  }

  void takeRecords(const Event& event) {
    const std::uint64_t origin = event.batch()[0].origin;
    if (origin >= life_.rings || event.ring().name != ringName(origin))
      throw std::runtime_error(fmt::format("{}: a record of ring {}", event.ring().name, origin));
    RingAccount& account = board_.rings[origin];
    const std::uint64_t first = event.batch().first();
    // A collector that was killed may have committed and not said so.
    if (first != account.committed.load(std::memory_order_relaxed) &&
        first != account.taken.load(std::memory_order_relaxed))
      throw std::runtime_error(fmt::format("{}: record {} came after {}", event.ring().name, first,
                                           account.committed.load(std::memory_order_relaxed)));
    std::uint64_t next = first;
    for (const Parcel& parcel : event.batch())
      if (parcel.origin != origin || parcel.number != next++)
        throw std::runtime_error(fmt::format("{}: record {} is number {} of ring {}",
                                             event.ring().name, next - 1, parcel.number,
                                             parcel.origin));
    account.taken.store(next, std::memory_order_relaxed);
    if (const Status status = in_.commit(); status != Status::ok)
      throw std::runtime_error(fmt::format("{}: commit: {}", event.ring().name, nameOf(status)));
    account.committed.store(next, std::memory_order_relaxed);
    board_.records.fetch_add(event.batch().size(), std::memory_order_relaxed);
  }

  void takeEnd(const Event& event) {
    for (std::size_t i = 0; i < life_.rings; ++i) {
      if (event.ring().name != ringName(i)) continue;
      RingAccount& account = board_.rings[i];
      const std::uint64_t published = account.published.load(std::memory_order_acquire);
      const std::uint64_t committed = account.committed.load(std::memory_order_relaxed);
      if (event.status() != Status::closed || committed != published)
        throw std::runtime_error(fmt::format("{}: {} after {} of {} records", event.ring().name,
                                             nameOf(event.status()), committed, published));
      account.isEnded.store(true, std::memory_order_relaxed);
    }
  }

  const FanInLife& life_;
  Board& board_;
  FanIn<Parcel> in_;
};

void publish(const FanInLife& life, std::size_t number) {
  constexpr std::uint64_t longestBurst = 40;
  std::mt19937_64 random(life.seed);
  auto out =
      Producer<Parcel>::createOrOpen(ringName(number), {.capacity = 64,
                                                        .withoutConsumers = WithoutConsumers::wait,
                                                        .directory = life.directory,
                                                        .takeOverWithin = patience})
          .value();
  Sequence next = out.lastPublished() + 1;
  while (!life.board.isEnding.load(std::memory_order_acquire)) {
    for (Parcel& parcel : out.claimUpTo(1 + random() % longestBurst))
      parcel = {number, next++};
    out.publish();
    if (random() % 8 == 0) ::poll(nullptr, 0, static_cast<int>(random() % 4));
  }
  life.board.rings[number].published.store(next, std::memory_order_release);
  out.close();
}

}  // namespace

std::string ringName(std::size_t number) {
  return fmt::format("log-{}", number);
}

int produce(const FanInLife& life, std::size_t number) {
  return complaining(life.board, [&] { publish(life, number); });
}

int collect(const FanInLife& life) {
  return complaining(life.board, [&] { Collector(life).run(); });
}

}  // namespace sluice::soak
