// Publishing while nobody waits, but anybody may: the time of one record in one process.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "sluice/sluice.hpp"
#include "support/sequenced_record.hpp"
#include "support/shared_memory.hpp"
#include "support/unique_name.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

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

template <SlotLayoutTag L>
double publishAlone(std::uint64_t records) {
  const std::string name = uniqueName("sluice-bench-");
  double each = 0;
  {
    auto ring =
        Producer<Record, L>::create(name, {.capacity = capacity, .memory = {.prefault = true}})
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

std::vector<Comparison> publish(const RunOptions& options) {
  const std::uint64_t records = options.quick ? 2'000'000 : 10'000'000;
  const auto run = [records](double (*once)(std::uint64_t)) {
    return [=] { return Run{{once(records)}}; };
  };
  return {{"publish",
           {.subject = "nobody waiting", .recordBytes = size, .batch = 1},
           {{"time each", "ns", false, Target{Target::Bound::atMost, 1.25}}},
           {{"cannot wake anybody", Kind::floor, run(storeAlone)},
            {"Sluice, stamped", Kind::sluice, run(publishAlone<sluice::stamped>)},
            {"Sluice, packed", Kind::sluice, run(publishAlone<sluice::packed>)}}}};
}

}  // namespace sluice::bench
