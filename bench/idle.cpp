// What participants cost that have nothing to do: processor time of a blocked consumer and of a
// blocked producer.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/comparison.hpp"
#include "support/sequenced_record.hpp"
#include "support/unique_name.hpp"

namespace {

using namespace sluice::bench;
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
      : producer(sluice::Producer<Record>::create(name, {.capacity = 8}).value()),
        consumer(sluice::Consumer<Record>::attach(name).value()) {
    static_cast<void>(sluice::remove(name));
  }
  sluice::Producer<Record> producer;
  sluice::Consumer<Record> consumer;
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

int main(int argc, char** argv) try {
  const RunOptions options =
      parseOptions(argc, argv, "Milliseconds of processor time in a second of waiting.");
  const std::chrono::milliseconds idle{options.quick ? 1000 : 3000};
  Comparison comparison{"idle", "default wait strategy", "ms/s", false};
  comparison.contenders = {
      {"an idle thread", Standing::floor,
       [=] {
         return perSecond(idle, [](Pair&, auto limit) { std::this_thread::sleep_for(limit); });
       }},
      {"blocked consumer", Standing::ours, [=] { return consumerOnce(idle); }},
      {"blocked producer", Standing::ours, [=] { return producerOnce(idle); }}};
  std::vector<Comparison> comparisons{comparison};
  runInterleaved(comparisons, options);
  report(comparisons, options);
  return 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "idle: {}\n", exception.what());
  return 1;
}
