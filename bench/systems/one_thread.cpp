#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "support/shared_memory.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

/// Writes a batch into a ring of the usual capacity, and sums it up itself.
template <std::size_t size>
class OneThread final : public Transport {
 public:
  explicit OneThread(const Load& load)
      : load_(load),
        memory_(load.capacity() * size),
        slots_(static_cast<Record*>(memory_.base())) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    const Load load = load_;
    const std::uint64_t mask = load.capacity() - 1;
    Record* const slots = slots_;
    Tally tally;
    for (std::uint64_t next = 0; next < load.records;) {
      const std::uint64_t begin = next;
      const std::uint64_t end = begin + std::min(load.batch, load.records - begin);
      for (; next < end; ++next)
        slots[next & mask].fill(next);
      // Nothing that was written is known any more.
      asm volatile("" ::: "memory");
      for (std::uint64_t number = begin; number < end; ++number)
        tally.add(slots[number & mask]);
    }
    if (!tally.isExactly(load.records, size))
      throw std::runtime_error("a record was lost, doubled or changed");
  }

  Tally read() override { return {}; }

 private:
  using Record = SequencedRecord<size>;
  Load load_;
  SharedMemory memory_;
  Record* slots_;
};

}  // namespace

StreamSystem sameWorkInOneThread() {
  return {"the same work in one thread", Kind::bound, makeForSize<OneThread>, 0};
}

}  // namespace sluice::bench
