// A record there and one back: half the time of the round trip, both ends spinning or blocking.
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

constexpr std::size_t size = 56;
using Record = SequencedRecord<size>;

void mustBe(const Record& record, std::uint64_t sequence) {
  if (record.word[0] != sequence) throw std::runtime_error("another record came back");
}

template <Channel<size> C>
std::vector<Sample> playOnce(std::uint32_t rounds, const Processors& processors) {
  C there;
  C back;
  const SharedMemory memory(rounds * sizeof(std::uint32_t));
  auto* const times = static_cast<std::uint32_t*>(memory.base());
  // The sending end of a ring is opened first, so each process opens them in the same order.
  const End caller{[&] {
                     there.openSender();
                     back.openReceiver();
                   },
                   [&] {
                     Record record{};
                     for (std::uint32_t round = 0; round < rounds; ++round) {
                       const auto start = Clock::now();
                       record.fill(round);
                       there.send(record);
                       back.receive(record);
                       times[round] =
                           static_cast<std::uint32_t>((Clock::now() - start).count() / 2);
                       mustBe(record, round);
                     }
                   }};
  const End answerer{[&] {
                       there.openReceiver();
                       back.openSender();
                     },
                     [&] {
                       Record record{};
                       for (std::uint32_t round = 0; round < rounds; ++round) {
                         there.receive(record);
                         mustBe(record, round);
                         record.fill(round);
                         back.send(record);
                       }
                     }};
  const RunResult run = runEnds({caller, answerer}, rounds, processors);
  return samplesOf({times, rounds}, run);
}

template <Idling idling>
using Stamped = SluiceChannel<size, sluice::stamped, idling>;
template <Idling idling>
using Packed = SluiceChannel<size, sluice::packed, idling>;

}  // namespace

int main(int argc, char** argv) try {
  const RunOptions options =
      parseOptions(argc, argv, "Nanoseconds from one process to another, a record at a time.");
  const Processors processors{options.processors};
  const std::uint32_t spinning = options.quick ? 20'000 : 200'000;
  const std::uint32_t blocking = options.quick ? 2'000 : 20'000;
  LatencyComparisons spins("ping_pong", "56 B, spinning", {1.12, 0, 2.0, 0});
  LatencyComparisons blocks("ping_pong", "56 B, blocking", {});

  const auto spin = [&]<class C>(const char* system, Standing standing) {
    spins.add(system, standing, [=] { return playOnce<C>(spinning, processors); });
  };
  spin.operator()<RawWord<size>>("raw atomics, no record", Standing::floor);
  spin.operator()<SequencedLine<size>>("one line with its sequence", Standing::floor);
  spin.operator()<BoostSpscChannel<size>>("boost::lockfree::spsc_queue", Standing::peer);
  spin.operator()<Stamped<Idling::spin>>("stamped", Standing::ours);
  spin.operator()<Packed<Idling::spin>>("packed", Standing::ours);

  const auto block = [&]<class C>(const char* system, Standing standing) {
    blocks.add(system, standing, [=] { return playOnce<C>(blocking, processors); });
  };
  block.operator()<FutexQueue<size>>("futex", Standing::floor);
  block.operator()<MessageChannel<size, PipePort>>("pipe", Standing::peer);
  block.operator()<MessageChannel<size, UnixSocketPort>>("Unix socket", Standing::peer);
  block.operator()<MessageChannel<size, PosixQueuePort>>("POSIX message queue", Standing::peer);
  block.operator()<MessageChannel<size, BoostQueuePort>>("boost message_queue", Standing::peer);
  block.operator()<Stamped<Idling::block>>("stamped", Standing::ours);
  block.operator()<Packed<Idling::block>>("packed", Standing::ours);

  std::vector<Comparison> comparisons = spins.all();
  comparisons.insert(comparisons.end(), blocks.all().begin(), blocks.all().end());
  runInterleaved(comparisons, options);
  report(comparisons, options);
  return 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "ping_pong: {}\n", exception.what());
  return 1;
}
