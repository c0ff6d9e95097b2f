// A ring without any promise: one producer, one consumer, both spin, nobody may die.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "support/shared_memory.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

/// The sequence lies in the slot with the record, so one cache line carries both; the producer asks
/// for the consumer's cursor only when its copy says that the ring is full.
template <std::size_t size>
class SequenceInSlot final : public Transport<size> {
 public:
  using typename Transport<size>::Record;

  explicit SequenceInSlot(const Load& load)
      : load_(load),
        memory_(sizeof(Cursor) + load.capacity * sizeof(Slot)),
        cursor_(new (memory_.base()) Cursor),
        slots_(reinterpret_cast<Slot*>(cursor_ + 1)) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    const std::uint64_t mask = load_.capacity - 1;
    std::uint64_t freed = 0;
    for (std::uint64_t next = 0; next < load_.records; ++next) {
      while (next - freed == load_.capacity) {
        freed = cursor_->read.load(std::memory_order_acquire);
        if (next - freed == load_.capacity) passTime(load_.idling);
      }
      Slot& slot = slots_[next & mask];
      slot.record.fill(next);
      slot.sequence.store(next + 1, std::memory_order_release);
    }
  }

  void read(Tally& tally) override {
    const std::uint64_t mask = load_.capacity - 1;
    for (std::uint64_t next = 0; next < load_.records;) {
      const Slot& slot = slots_[next & mask];
      while (slot.sequence.load(std::memory_order_acquire) != next + 1)
        passTime(load_.idling);
      tally.add(slot.record);
      cursor_->read.store(++next, std::memory_order_release);
    }
  }

 private:
  struct alignas(128) Cursor {
    std::atomic<std::uint64_t> read{0};
  };
  struct Slot {
    std::atomic<std::uint64_t> sequence;
    Record record;
  };

  Load load_;
  SharedMemory memory_;
  Cursor* cursor_;
  Slot* slots_;
};

}  // namespace sluice::bench
