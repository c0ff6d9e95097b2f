// Publishing while nobody waits, but anybody may: the time of one record in one process.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
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

/// The time of each of so many pushes of a record that is copied. It was written long before: a
/// record that has just been is not yet in the cache to be copied, and that would be measured.
template <class Push>
double nanosecondsEach(std::uint64_t records, Push push) {
  std::array<Record, 16> record;
  for (std::size_t i = 0; i < record.size(); ++i)
    record[i].fill(i);
  const auto start = Clock::now();
  for (std::uint64_t next = 0; next < records; ++next)
    push(record[next % record.size()]);
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count() /
         static_cast<double>(records);
}

/// A queue of copies between two cursors, as one writes it for one producer and one consumer that
/// never sleep.
class HandWrittenQueue {
 public:
  HandWrittenQueue(std::uint64_t slots, std::uint64_t read)
      : capacity_(slots),
        memory_(sizeof(Cursors) + slots * sizeof(Record)),
        cursors_(new (memory_.base()) Cursors),
        records_(reinterpret_cast<Record*>(cursors_ + 1)) {
    cursors_->read.store(read, std::memory_order_relaxed);
  }

  bool push(const Record& record) noexcept {
    const std::uint64_t next = cursors_->written.load(std::memory_order_relaxed);
    if (next >= room_) {
      room_ = cursors_->read.load(std::memory_order_acquire) + capacity_;
      if (next >= room_) return false;
    }
    records_[next & (capacity_ - 1)] = record;
    cursors_->written.store(next + 1, std::memory_order_release);
    return true;
  }

 private:
  struct Cursors {
    alignas(128) std::atomic<std::uint64_t> written{0};
    alignas(128) std::atomic<std::uint64_t> read{0};
  };

  std::uint64_t capacity_;
  SharedMemory memory_;
  Cursors* cursors_;
  Record* records_;
  std::uint64_t room_ = 0;  // the read cursor, as last seen, and the capacity
};

/// The consumer is as good as there: its cursor is at the end.
double pushAlone(std::uint64_t records) {
  HandWrittenQueue queue(capacity, records);
  return nanosecondsEach(records, [&](const Record& record) { queue.push(record); });
}

/// No cursors and no promise: the record, and behind it the sequence that says it is there.
double storeAlone(std::uint64_t records) {
  struct Slot {
    std::atomic<std::uint64_t> sequence;
    Record record;
  };
  const SharedMemory memory(capacity * sizeof(Slot));
  auto* const slots = static_cast<Slot*>(memory.base());
  std::uint64_t written = 0;
  return nanosecondsEach(records, [&](const Record& record) {
    Slot& slot = slots[written % capacity];
    slot.record = record;
    slot.sequence.store(++written, std::memory_order_release);
  });
}

/// Without a protocol it is the one that is best here.
template <SlotLayoutTag L>
double publishAlone(std::uint64_t records, std::optional<WakeProtocol> protocol) {
  const std::string name = uniqueName("sluice-bench-");
  double each = 0;
  {
    auto ring =
        Producer<Record, L>::create(
            name, {.capacity = capacity, .wakeProtocol = protocol, .memory = {.prefault = true}})
            .value();
    each = nanosecondsEach(records, [&](const Record& record) {
      ring.claimOne() = record;
      ring.publish();
    });
  }
  static_cast<void>(sluice::removeSegment(name, {.evenIfInUse = true, .evenIfHeld = true}));
  return each;
}

template <SlotLayoutTag L>
std::function<double(std::uint64_t)> publishing(std::optional<WakeProtocol> protocol) {
  return [protocol](std::uint64_t records) { return publishAlone<L>(records, protocol); };
}

}  // namespace

std::vector<Comparison> publish(const RunOptions& options) {
  const std::uint64_t records = options.quick ? 2'000'000 : 10'000'000;
  const auto run = [records](const std::function<double(std::uint64_t)>& once) {
    return [=] { return Run{{once(records)}}; };
  };
  Comparison queue{"publish",
                   {.subject = "nobody waiting", .recordBytes = size, .batch = 1},
                   {{"time each", "ns", false, Target{Target::Bound::atMost, 1.25}}},
                   {{"hand-written queue", Kind::floor, run(pushAlone)},
                    {"stores alone", Kind::bound, run(storeAlone)},
                    {"Sluice, stamped", Kind::sluice, run(publishing<sluice::stamped>({}))},
                    {"Sluice, packed", Kind::sluice, run(publishing<sluice::packed>({}))}}};
  // Apart from the others, so that no target is reached by a ring that wakes nobody.
  Comparison protocols{"publish",
                       {.subject = "by wake protocol", .recordBytes = size, .batch = 1},
                       {{"time each", "ns"}}};
  const auto add = [&](const char* name, std::optional<WakeProtocol> protocol) {
    const std::string stamped = std::string("Sluice, stamped, ") + name;
    const std::string packed = std::string("Sluice, packed, ") + name;
    protocols.contenders.push_back(
        {stamped, Kind::sluice, run(publishing<sluice::stamped>(protocol))});
    protocols.contenders.push_back(
        {packed, Kind::sluice, run(publishing<sluice::packed>(protocol))});
  };
  add("the default", {});
  add("fence", WakeProtocol::fence);
  add("none", WakeProtocol::none);
  return {queue, protocols};
}

}  // namespace sluice::bench
