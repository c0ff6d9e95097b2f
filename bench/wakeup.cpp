// A record every 50 microseconds to a consumer that sleeps: how long until it has it.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/channel.hpp"
#include "support/comparison.hpp"
#include "support/latency_run.hpp"
#include "support/pair_run.hpp"
#include "support/shared_memory.hpp"
#include "systems/message_ports.hpp"
#include "systems/messages.hpp"
#include "systems/raw_channels.hpp"
#include "systems/ring_channels.hpp"

namespace {

using namespace sluice::bench;
using Clock = std::chrono::steady_clock;

constexpr std::size_t size = 64;
using Record = SequencedRecord<size>;

template <Channel<size> C>
std::vector<Sample> wakeOnce(std::uint32_t records, std::chrono::microseconds pause,
                             const Processors& processors) {
  C channel;
  const SharedMemory memory(records * sizeof(std::uint32_t));
  auto* const times = static_cast<std::uint32_t*>(memory.base());
  const End sender{[&] { channel.openSender(); },
                   [&] {
                     Record record{};
                     auto next = Clock::now();
                     for (std::uint32_t number = 0; number < records; ++number) {
                       while (Clock::now() < next) {
                       }
                       record.word[0] = number;
                       const auto now = Clock::now();
                       record.word[1] = static_cast<std::uint64_t>(now.time_since_epoch().count());
                       channel.send(record);
                       // The receiver is to be asleep again, also if it came late.
                       next = now + pause;
                     }
                   }};
  const End receiver{[&] { channel.openReceiver(); },
                     [&] {
                       Record record{};
                       for (std::uint32_t number = 0; number < records; ++number) {
                         channel.receive(record);
                         const auto now =
                             static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
                         times[number] = static_cast<std::uint32_t>(now - record.word[1]);
                         if (record.word[0] != number)
                           throw std::runtime_error("another record came");
                       }
                     }};
  const RunResult run = runEnds({sender, receiver}, records, processors);
  return samplesOf({times, records}, run);
}

}  // namespace

int main(int argc, char** argv) try {
  const RunOptions options = parseOptions(
      argc, argv, "Nanoseconds from publish to the return of a sleeping consumer's wait.");
  const Processors processors{options.processors};
  const std::uint32_t records = options.quick ? 4'000 : 20'000;
  const std::chrono::microseconds pause{50};
  LatencyComparisons consumer("wakeup", "consumer, 64 B every 50 us", {1.05, 0, 0, 0});
  const auto add = [&]<class C>(const char* system, Standing standing) {
    consumer.add(system, standing, [=] { return wakeOnce<C>(records, pause, processors); });
  };
  using Stamped = SluiceChannel<size, sluice::stamped, Idling::block>;
  using Packed = SluiceChannel<size, sluice::packed, Idling::block>;
  add.operator()<FutexQueue<size>>("futex", Standing::floor);
  add.operator()<MessageChannel<size, PipePort>>("pipe", Standing::peer);
  add.operator()<MessageChannel<size, UnixSocketPort>>("Unix socket", Standing::peer);
  add.operator()<MessageChannel<size, PosixQueuePort>>("POSIX message queue", Standing::peer);
  add.operator()<MessageChannel<size, BoostQueuePort>>("boost message_queue", Standing::peer);
  add.operator()<Stamped>("stamped", Standing::ours);
  add.operator()<Packed>("packed", Standing::ours);
  std::vector<Comparison> comparisons = consumer.all();
  runInterleaved(comparisons, options);
  report(comparisons, options);
  return 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "wakeup: {}\n", exception.what());
  return 1;
}
