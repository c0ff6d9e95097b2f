// What participants cost that have nothing to do: processor time of a blocked consumer, a blocked
// producer, and of those who wait for many rings.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <chrono>
#include <functional>
#include <list>
#include <string>
#include <thread>
#include <utility>

#include "sluice/fan_in.hpp"
#include "sluice/sluice.hpp"
#include "support/sequenced_record.hpp"
#include "support/unique_name.hpp"
#include "systems/own_segment.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

using Record = SequencedRecord<64>;

std::chrono::microseconds processorTime() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

/// Milliseconds of processor time in a second of waiting, in this process. The looks and yields
/// before the first sleep do not count.
template <class Wait>
double perSecond(std::chrono::milliseconds idle, Wait wait) {
  constexpr std::chrono::milliseconds fallsAsleepWithin{50};
  std::thread waiting([&] { wait(idle + 2 * fallsAsleepWithin); });
  std::this_thread::sleep_for(fallsAsleepWithin);
  const auto before = processorTime();
  std::this_thread::sleep_for(idle);
  const std::chrono::duration<double, std::milli> used = processorTime() - before;
  waiting.join();
  return used.count() / std::chrono::duration<double>(idle).count();
}

double threadOnce(std::chrono::milliseconds idle) {
  return perSecond(idle, [](auto limit) { std::this_thread::sleep_for(limit); });
}

/// A ring of a producer and a consumer in this process.
struct Pair {
  OwnSegment segment;
  Producer<Record> producer = Producer<Record>::create(segment.name(), {.capacity = 8}).value();
  Consumer<Record> consumer = Consumer<Record>::attach(segment.name()).value();
};

double consumerOnce(std::chrono::milliseconds idle) {
  Pair pair;
  return perSecond(idle, [&](auto limit) { static_cast<void>(pair.consumer.wait(limit)); });
}

double producerOnce(std::chrono::milliseconds idle) {
  Pair pair;
  return perSecond(idle, [&](auto limit) {
    for (int i = 0; i < 8; ++i) {
      pair.producer.claimOne() = {};
      pair.producer.publish();
    }
    static_cast<void>(pair.producer.claimUpTo(1, limit));
  });
}

template <unsigned rings>
double waitSetOnce(std::chrono::milliseconds idle) {
  std::list<Pair> pairs(rings);
  WaitSet set;
  for (Pair& pair : pairs)
    set.add(pair.consumer);
  return perSecond(idle, [&](auto limit) { static_cast<void>(set.wait(limit)); });
}

template <unsigned rings>
double fanInOnce(std::chrono::milliseconds idle) {
  const std::string prefix = uniqueName("sluice-bench-") + "-";
  std::list<OwnSegment> segments;
  std::list<Producer<Record>> producers;
  for (unsigned ring = 0; ring < rings; ++ring) {
    const OwnSegment& segment = segments.emplace_back(prefix + std::to_string(ring));
    producers.push_back(Producer<Record>::create(segment.name(), {.capacity = 8}).value());
  }
  auto in = FanIn<Record>::open(prefix + "*", {.name = "collector"}).value();
  return perSecond(idle, [&](auto limit) { static_cast<void>(in.wait(limit)); });
}

/// Beside a consumer, and 10 us a second for each ring.
Comparison besideConsumer(const char* system, unsigned rings, Contender consumer,
                          std::function<Run()> run) {
  constexpr double millisecondsEach = 0.01;
  const Target target{Target::Bound::atMost, millisecondsEach * rings, Target::Of::difference};
  const std::string name = fmt::format("{} of {} ring{}", system, rings, rings == 1 ? "" : "s");
  consumer.kind = Kind::floor;
  return {"idle",
          {.subject = name},
          {{"processor time", "ms/s", false, target}},
          {std::move(consumer), {name, Kind::sluice, std::move(run)}}};
}

}  // namespace

std::vector<Comparison> idle(const RunOptions& options) {
  const std::chrono::milliseconds idle{options.quick ? 500 : 1000};
  const auto run = [idle](double (*once)(std::chrono::milliseconds)) {
    return [=] { return Run{{once(idle)}}; };
  };
  const Contender consumer{"blocked consumer", Kind::sluice, run(consumerOnce)};
  std::vector<Comparison> all{{"idle",
                               {.subject = "default wait strategy"},
                               {{"processor time", "ms/s"}},
                               {{"an idle thread", Kind::floor, run(threadOnce)},
                                consumer,
                                {"blocked producer", Kind::sluice, run(producerOnce)}}}};
  if (!options.quick) {
    all.push_back(besideConsumer("WaitSet", 1, consumer, run(waitSetOnce<1>)));
    all.push_back(besideConsumer("WaitSet", 8, consumer, run(waitSetOnce<8>)));
  }
  all.push_back(besideConsumer("WaitSet", 62, consumer, run(waitSetOnce<62>)));
  all.push_back(besideConsumer("FanIn", 62, consumer, run(fanInOnce<62>)));
  return all;
}

}  // namespace sluice::bench
