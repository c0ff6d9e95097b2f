// What a ring that joins a FanIn under load does to the latencies of the rings that are there: in
// windows with and without one, in turn, in one run.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "comparison/percentiles.hpp"
#include "sluice/fan_in.hpp"
#include "sluice/sluice.hpp"
#include "support/channel.hpp"
#include "support/channel_system.hpp"
#include "support/child_process.hpp"
#include "support/shared_memory.hpp"
#include "support/unique_name.hpp"
#include "support/writer_tallies.hpp"
#include "systems/own_segment.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr unsigned rings = 63;
constexpr auto burstEvery = 250us;  // a record into each of the rings
constexpr auto windowLength = 50ms;
constexpr std::uint64_t burstsInWindow = windowLength / burstEvery;

/// What happens in the windows, in turn. In the last the ring that joined goes again.
enum Window : unsigned { without, with, apart, windowKinds };

/// One run: a process that publishes into all rings, one whose rings come and go, and the reader.
class JoinRun {
 public:
  explicit JoinRun(unsigned joins)
      : joins_(joins),
        memory_(sizeof(Shared) + windowKinds * timesOfKind() * sizeof(std::uint32_t)),
        shared_(new (memory_.base()) Shared),
        times_(reinterpret_cast<std::uint32_t*>(shared_ + 1)) {
    for (unsigned ring = 0; ring < rings; ++ring)
      segments_.emplace_back(nameOf("load", ring));
    for (unsigned join = 0; join < joins; ++join)
      segments_.emplace_back(nameOf("late", join));
  }

  void run() {
    ChildProcess load([this] { publish(); });
    ChildProcess late([this] { comeAndGo(); });
    ChildProcess reader([this] { read(); });
    for (ChildProcess* child : {&reader, &load, &late})
      child->mustSucceed();
  }

  std::span<std::uint32_t> times(Window window) {
    return {times_ + window * timesOfKind(), shared_->count[window]};
  }

 private:
  struct Shared {
    std::atomic<Clock::rep> start{0};  // 0 until the reader has joined all rings
    std::size_t count[windowKinds]{};
  };

  std::size_t timesOfKind() const noexcept { return joins_ * burstsInWindow * rings; }
  std::string nameOf(const char* kind, unsigned number) const {
    return prefix_ + kind + "-" + std::to_string(number);
  }
  static ProducerOptions ring() {
    return {
        .capacity = 1024, .withoutConsumers = WithoutConsumers::wait, .memory = {.prefault = true}};
  }
  Clock::time_point awaitStart() const {
    const auto until = Clock::now() + comesWithin;
    for (;;) {
      if (const auto start = shared_->start.load(std::memory_order_acquire); start != 0)
        return Clock::time_point(Clock::duration(start));
      if (Clock::now() >= until) throw std::runtime_error("the reader does not begin");
      std::this_thread::sleep_for(1ms);
    }
  }

  void publish() const {
    std::list<Producer<FanInRecord>> producers;
    for (unsigned number = 0; number < rings; ++number)
      producers.push_back(Producer<FanInRecord>::create(nameOf("load", number), ring()).value());
    auto next = awaitStart();
    for (std::uint64_t burst = 0; burst < joins_ * windowKinds * burstsInWindow; ++burst) {
      std::this_thread::sleep_until(next);
      next += burstEvery;
      for (auto& producer : producers) {
        producer.claimOne().fill(nanosecondsNow());
        producer.publish();
      }
    }
    for (auto& producer : producers)
      producer.close();
  }

  void comeAndGo() const {
    auto window = awaitStart();
    for (unsigned join = 0; join < joins_; ++join, window += windowKinds * windowLength) {
      std::this_thread::sleep_until(window + with * windowLength);
      auto producer = Producer<FanInRecord>::create(nameOf("late", join), ring()).value();
      producer.send(FanInRecord{});
      std::this_thread::sleep_until(window + apart * windowLength);
      producer.close();
    }
  }

  void read() const {
    auto in = FanIn<FanInRecord>::open(
                  prefix_ + "*",
                  {.name = "collector", .removeClosed = true, .memory = {.prefault = true}})
                  .value();
    const auto until = Clock::now() + comesWithin;
    while (in.size() < rings) {
      if (in.wait(1ms) || Clock::now() >= until)
        throw std::runtime_error("not every ring was joined");
    }
    const auto start = Clock::now() + 20ms;
    shared_->start.store(start.time_since_epoch().count(), std::memory_order_release);
    for (unsigned ended = 0; ended < rings + joins_;) {
      const auto event = in.wait(comesWithin);
      if (!event || event.news() == FanInNews::refused)
        throw std::runtime_error(event ? event.error().message() : "the rings are silent");
      if (event.news() == FanInNews::ended) {
        ++ended;
        continue;
      }
      const bool isOfLoad = event.ring().number < rings;
      isOfLoad ? keep(event.batch(), start) : mustBeInTime(start);
      in.commit();
    }
  }

  /// A record belongs to the window that it was published in.
  template <class Records>
  void keep(const Records& records, Clock::time_point start) const {
    const std::uint64_t now = nanosecondsNow();
    for (const FanInRecord& record : records) {
      const auto window = windowAt(record.word[0], start);
      std::size_t& count = shared_->count[window];
      times_[window * timesOfKind() + std::min(count, timesOfKind() - 1)] =
          static_cast<std::uint32_t>(now - record.word[0]);
      count = std::min(count + 1, timesOfKind());
    }
  }
  static unsigned windowAt(std::uint64_t time, Clock::time_point start) {
    const auto since = std::chrono::nanoseconds(time) - start.time_since_epoch();
    return static_cast<unsigned>(since / windowLength) % windowKinds;
  }
  /// Else what a join does would be looked for in the wrong window.
  static void mustBeInTime(Clock::time_point start) {
    if (windowAt(nanosecondsNow(), start) != with)
      throw std::runtime_error("a ring was not joined within its window");
  }

  unsigned joins_;
  SharedMemory memory_;
  Shared* shared_;
  std::uint32_t* times_;
  std::string prefix_ = uniqueName("sluice-bench-") + "-";
  std::list<OwnSegment> segments_;
};

/// Measures what both contenders have in one run, and gives each its part.
class Joins {
 public:
  explicit Joins(unsigned joins) : joins_(joins) {}

  Run take(Window window) {
    auto& kept = kept_[window];
    if (!kept) {
      JoinRun run(joins_);
      run.run();
      for (const Window one : {without, with})
        kept_[one] = Run{percentilesOf(run.times(one))};
    }
    const Run taken = *kept;
    kept.reset();
    return taken;
  }

 private:
  unsigned joins_;
  std::optional<Run> kept_[2];
};

}  // namespace

std::vector<Comparison> fanInJoin(const RunOptions& options) {
  const auto joins = std::make_shared<Joins>(options.quick ? 5 : 20);
  const auto contender = [&](const char* name, Kind kind, Window window) {
    return Contender{name, kind, [=] { return joins->take(window); }};
  };
  return {{"fan_in",
           {.subject = "a ring joins under load",
            .recordBytes = sizeof(FanInRecord),
            .producers = rings},
           latency({0, 0, 0, 1.1}),
           {contender("FanIn of 63 rings", Kind::floor, without),
            contender("FanIn of 63 rings, and one that joins", Kind::sluice, with)}}};
}

}  // namespace sluice::bench
