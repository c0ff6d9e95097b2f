// What participants cost that have nothing to do: processor time of a blocked consumer and of a
// blocked producer.
#include <sys/resource.h>
#include <sys/time.h>

#include <chrono>
#include <string>
#include <thread>

#include "sluice/sluice.hpp"
#include "support/sequenced_record.hpp"
#include "support/unique_name.hpp"
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

struct Pair {
  explicit Pair(const std::string& name)
      : producer(Producer<Record>::create(name, {.capacity = 8}).value()),
        consumer(Consumer<Record>::attach(name).value()) {
    static_cast<void>(sluice::removeSegment(name, {.evenIfInUse = true, .evenIfHeld = true}));
  }
  Producer<Record> producer;
  Consumer<Record> consumer;
};

/// Milliseconds of processor time in a second of waiting.
template <class Wait>
double perSecond(std::chrono::milliseconds idle, Wait wait) {
  Pair pair(uniqueName("sluice-bench-"));
  const auto before = processorTime();
  wait(pair, idle);
  const std::chrono::duration<double, std::milli> used = processorTime() - before;
  return used.count() / std::chrono::duration<double>(idle).count();
}

/// In this process; what it did before does not count.
double threadOnce(std::chrono::milliseconds idle) {
  return perSecond(idle, [](Pair&, auto limit) { std::this_thread::sleep_for(limit); });
}

double consumerOnce(std::chrono::milliseconds idle) {
  return perSecond(idle,
                   [](Pair& pair, auto limit) { static_cast<void>(pair.consumer.wait(limit)); });
}

double producerOnce(std::chrono::milliseconds idle) {
  return perSecond(idle, [](Pair& pair, auto limit) {
    for (int i = 0; i < 8; ++i) {
      pair.producer.claimOne() = {};
      pair.producer.publish();
    }
    static_cast<void>(pair.producer.claimUpTo(1, limit));
  });
}

}  // namespace

std::vector<Comparison> idle(const RunOptions& options) {
  const std::chrono::milliseconds idle{options.quick ? 500 : 1000};
  const auto run = [idle](double (*once)(std::chrono::milliseconds)) {
    return [=] { return Run{{once(idle)}}; };
  };
  return {{"idle",
           {.subject = "default wait strategy"},
           {{"processor time", "ms/s"}},
           {{"an idle thread", Kind::floor, run(threadOnce)},
            {"blocked consumer", Kind::sluice, run(consumerOnce)},
            {"blocked producer", Kind::sluice, run(producerOnce)}}}};
}

}  // namespace sluice::bench
