// A ring with one producer and several consumers that see every record, without any promise.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <new>

#include "support/shared_memory.hpp"
#include "support/transport.hpp"

namespace sluice::bench {

/// A cursor of the producer and one of each consumer, on lines of their own; the producer looks at
/// the slowest only when its copy says that the ring is full.
template <std::size_t size>
class HandWrittenDisruptor final : public Transport<size> {
 public:
  using typename Transport<size>::Record;

  explicit HandWrittenDisruptor(const Load& load)
      : load_(load),
        memory_(sizeof(Cursors) + load.capacity * sizeof(Record)),
        cursors_(new (memory_.base()) Cursors),
        slots_(reinterpret_cast<Record*>(cursors_ + 1)) {}

  void openWriter() override {}
  void openReader(unsigned number) override { number_ = number; }

  void write() override {
    const std::uint64_t mask = load_.capacity - 1;
    std::uint64_t freed = 0;
    for (std::uint64_t next = 0; next < load_.records;) {
      const std::uint64_t wanted = std::min(load_.batch, load_.records - next);
      while (next + wanted - freed > load_.capacity) {
        freed = slowest();
        if (next + wanted - freed > load_.capacity) passTime(load_.idling);
      }
      for (std::uint64_t i = 0; i < wanted; ++i, ++next)
        slots_[next & mask].fill(next);
      cursors_->written.sequence.store(next, std::memory_order_release);
    }
  }

  void read(Tally& tally) override {
    const std::uint64_t mask = load_.capacity - 1;
    for (std::uint64_t next = 0; next < load_.records;) {
      const std::uint64_t end = cursors_->written.sequence.load(std::memory_order_acquire);
      if (end == next) passTime(load_.idling);
      for (; next < end; ++next)
        tally.add(slots_[next & mask]);
      cursors_->read[number_].sequence.store(next, std::memory_order_release);
    }
  }

 private:
  static constexpr unsigned maxReaders = 64;
  struct alignas(128) Cursor {
    std::atomic<std::uint64_t> sequence{0};
  };
  struct Cursors {
    Cursor written;
    std::array<Cursor, maxReaders> read;
  };

  std::uint64_t slowest() const noexcept {
    std::uint64_t slowest = ~std::uint64_t{0};
    for (unsigned number = 0; number < load_.consumers; ++number)
      slowest = std::min(slowest, cursors_->read[number].sequence.load(std::memory_order_acquire));
    return slowest;
  }
  Load load_;
  SharedMemory memory_;
  Cursors* cursors_;
  Record* slots_;
  unsigned number_ = 0;
};

}  // namespace sluice::bench
