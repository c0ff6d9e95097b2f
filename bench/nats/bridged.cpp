#include "nats/bridged.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "nats/server.hpp"
#include "sluice/message.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/sequenced_record.hpp"
#include "support/unique_name.hpp"

namespace sluice::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Record = SequencedRecord<64>;

constexpr std::uint64_t capacity = 65536;

/// Two directories that go with it.
struct Machines {
  Machines() {
    std::filesystem::create_directories(here);
    std::filesystem::create_directories(there);
  }
  ~Machines() {
    std::error_code ignored;
    std::filesystem::remove_all(both, ignored);
  }
  Machines(const Machines&) = delete;
  Machines& operator=(const Machines&) = delete;

  std::string both = "/dev/shm/" + uniqueName("sluice-bench-bridge-");
  std::string here = both + "/here";
  std::string there = both + "/there";
};

/// Both bridges; the ring at the source has to be there.
class Bridges {
 public:
  Bridges(const Machines& machines, const NatsServer& server)
      : out_([&] {
          execute(machines.both + "/out", {SLUICE_BENCH_BRIDGE, "out", machines.here + "/ring",
                                           "--stream", "S", "--nats", server.url()});
        }),
        in_([&] {
          execute(machines.both + "/in",
                  {SLUICE_BENCH_BRIDGE, "in", "S", "--ring", machines.there + "/ring", "--nats",
                   server.url(), "--within", "30"});
        }) {}

  pid_t out() const noexcept { return out_.pid(); }
  pid_t in() const noexcept { return in_.pid(); }

 private:
  ChildProcess out_;
  ChildProcess in_;
};

template <class Consumer>
Consumer attachThere(const Machines& machines, const WaitStrategy& waitStrategy = {}) {
  return Consumer::attach("ring", {.startAt = StartAt::oldest,
                                   .appearWithin = 30s,
                                   .maxBatch = 4096,
                                   .directory = machines.there,
                                   .waitStrategy = waitStrategy})
      .value();
}

/// Reads that many, each of which has to be the next.
template <class Consumer, class IsNext>
void readAll(Consumer& in, std::uint64_t count, IsNext isNext) {
  for (std::uint64_t read = 0; read < count;) {
    const auto batch = in.wait(30s);
    if (!batch) throw std::runtime_error(fmt::format("the ring is {}", nameOf(batch.status())));
    for (auto&& one : batch) {
      if (!isNext(one)) throw std::runtime_error("a record is not the next");
      ++read;
    }
    in.commit();
  }
}

bool isRecord(const Record& record, std::uint64_t sequence) {
  for (std::size_t i = 0; i < Record::words; ++i)
    if (record.word[i] != sequence + i) return false;
  return true;
}

/// The first one goes before the time is taken, so that both bridges are there.
template <class Ring, class Consumer, class Send, class IsNext>
double secondsOf(Ring& ring, const Machines& machines, std::uint64_t count, Send send,
                 IsNext isNext) {
  send(ring, 0);
  auto in = attachThere<Consumer>(machines);
  readAll(in, 1, isNext);
  const auto begin = Clock::now();
  const std::jthread sender([&] {
    for (std::uint64_t i = 1; i <= count; ++i)
      send(ring, i);
  });
  readAll(in, count, isNext);
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Producer<Record> createRing(const Machines& machines) {
  return Producer<Record>::create("ring", {.capacity = capacity, .directory = machines.here})
      .value();
}

/// Of all threads, in milliseconds.
double processorTimeOf(pid_t process) {
  double sum = 0;
  for (const auto& thread :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process))) {
    std::ifstream file(thread.path() / "schedstat");
    std::uint64_t nanoseconds = 0;
    file >> nanoseconds;
    sum += static_cast<double>(nanoseconds) / 1e6;
  }
  return sum;
}

}  // namespace

double bridgedRecordSeconds(std::uint64_t count) {
  const Machines machines;
  const NatsServer server;
  auto ring = createRing(machines);
  const Bridges bridges(machines, server);
  std::uint64_t next = 0;
  return secondsOf<Producer<Record>, Consumer<Record>>(
      ring, machines, count,
      [](Producer<Record>& to, std::uint64_t i) {
        to.claimOne().fill(i);
        to.publish();
      },
      [&next](const Record& record) { return isRecord(record, next++); });
}

double bridgedMessageSeconds(std::size_t messageBytes, std::uint64_t count) {
  const Machines machines;
  const NatsServer server;
  auto ring = MessageProducer::create(
                  "ring", {.payloadBytes = 64U << 20, .producer = {.directory = machines.here}})
                  .value();
  const Bridges bridges(machines, server);
  std::uint64_t next = 0;
  std::string message(messageBytes, 'x');
  return secondsOf<MessageProducer, MessageConsumer>(
      ring, machines, count,
      [&message](MessageProducer& to, std::uint64_t i) {
        to.send(message, Kind{static_cast<std::uint32_t>(i)});
      },
      [&](const Message& one) {
        return one.bytes.size() == messageBytes &&
               one.kind == Kind{static_cast<std::uint32_t>(next++)};
      });
}

std::vector<std::uint32_t> bridgedOneWayTimes(std::size_t count) {
  const Machines machines;
  const NatsServer server;
  auto ring = createRing(machines);
  const Bridges bridges(machines, server);
  const auto send = [&ring](std::uint64_t i) {
    ring.claimOne().fill(i);
    ring.publish();
  };
  send(0);
  // It sleeps as the floor's does: what spins here takes the server's processor.
  auto in = attachThere<Consumer<Record>>(machines, WaitStrategy::sleepAtOnce());
  std::uint64_t next = 0;
  const auto isNext = [&next](const Record& record) { return isRecord(record, next++); };
  readAll(in, 1, isNext);
  std::vector<std::uint32_t> times;
  for (std::size_t i = 1; i <= count; ++i) {
    ::poll(nullptr, 0, 1);
    const auto begin = Clock::now();
    send(i);
    readAll(in, 1, isNext);
    times.push_back(static_cast<std::uint32_t>((Clock::now() - begin).count()));
  }
  return times;
}

IdleCost bridgedIdleCost() {
  const Machines machines;
  const NatsServer server;
  auto ring = createRing(machines);
  const Bridges bridges(machines, server);
  ring.claimOne().fill(0);
  ring.publish();
  auto in = attachThere<Consumer<Record>>(machines);
  ::poll(nullptr, 0, 300);
  const double outBefore = processorTimeOf(bridges.out());
  const double inBefore = processorTimeOf(bridges.in());
  constexpr int seconds = 2;
  ::poll(nullptr, 0, seconds * 1000);
  return {(processorTimeOf(bridges.out()) - outBefore) / seconds,
          (processorTimeOf(bridges.in()) - inBefore) / seconds};
}

}  // namespace sluice::bench
