// Publishing while nobody waits, but anybody may: the time of one record in one process.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "sluice/sluice.hpp"
#include "support/comparison.hpp"
#include "support/shared_memory.hpp"
#include "support/transport.hpp"
#include "support/unique_name.hpp"

namespace {

using namespace sluice::bench;
using Clock = std::chrono::steady_clock;

constexpr std::size_t size = 64;
constexpr std::uint64_t capacity = 1024;
using Record = SequencedRecord<size>;

double nanosecondsEach(Clock::time_point start, std::uint64_t records) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count() /
         static_cast<double>(records);
}

/// The fastest that cannot wake anybody: a record, a sequence, and a look at one cursor every lap.
double storeAlone(std::uint64_t records) {
  struct Slot {
    std::atomic<std::uint64_t> sequence;
    Record record;
  };
  const SharedMemory memory(sizeof(std::atomic<std::uint64_t>) + capacity * sizeof(Slot) + 64);
  auto* const read = new (memory.base()) std::atomic<std::uint64_t>{records};
  auto* const slots = reinterpret_cast<Slot*>(static_cast<char*>(memory.base()) + 64);
  std::uint64_t freed = 0;
  const auto start = Clock::now();
  for (std::uint64_t next = 0; next < records; ++next) {
    if (next - freed >= capacity) freed = read->load(std::memory_order_acquire);
    Slot& slot = slots[next & (capacity - 1)];
    slot.record.fill(next);
    slot.sequence.store(next + 1, std::memory_order_release);
  }
  return nanosecondsEach(start, records);
}

template <sluice::SlotLayoutTag L>
double publish(std::uint64_t records) {
  const std::string name = uniqueName("sluice-bench-");
  double each = 0;
  {
    auto ring = sluice::Producer<Record, L>::create(
                    name, {.capacity = capacity, .memory = {.prefault = true}})
                    .value();
    const auto start = Clock::now();
    for (std::uint64_t next = 0; next < records; ++next) {
      ring.claimOne().fill(next);
      ring.publish();
    }
    each = nanosecondsEach(start, records);
  }
  static_cast<void>(sluice::remove(name));
  return each;
}

}  // namespace

int main(int argc, char** argv) try {
  const RunOptions options =
      parseOptions(argc, argv, "Nanoseconds to claim, write and publish a record.");
  const std::uint64_t records = options.quick ? 5'000'000 : 50'000'000;
  Comparison comparison{"publish", "64 B, nobody waiting", "ns", false, 1.25};
  comparison.contenders = {
      {"cannot wake anybody", Standing::floor, [=] { return storeAlone(records); }},
      {"stamped", Standing::ours, [=] { return publish<sluice::stamped>(records); }},
      {"packed", Standing::ours, [=] { return publish<sluice::packed>(records); }}};
  std::vector<Comparison> comparisons{comparison};
  runInterleaved(comparisons, options);
  report(comparisons, options);
  return 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "publish: {}\n", exception.what());
  return 1;
}
