#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <new>

#include "support/shared_memory.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

template <std::size_t size>
class HandWrittenCursors final : public Transport {
 public:
  explicit HandWrittenCursors(const Load& load)
      : load_(load),
        memory_(sizeof(Cursors) + load.capacity() * sizeof(Record)),
        cursors_(new (memory_.base()) Cursors),
        slots_(reinterpret_cast<Record*>(cursors_ + 1)) {}

  void openWriter() override {}
  void openReader(unsigned number) override { number_ = number; }

  void write() override {
    if (load_.batch == 1)
      write([](std::uint64_t) { return std::uint64_t{1}; });
    else
      write([batch = load_.batch](std::uint64_t left) { return std::min(batch, left); });
  }

  Tally read() override {
    const Load load = load_;
    const std::uint64_t mask = load.capacity() - 1;
    std::atomic<std::uint64_t>& mine = cursors_->read[number_].sequence;
    Tally tally;
    for (std::uint64_t next = 0; next < load.records;) {
      const std::uint64_t end = cursors_->written.sequence.load(std::memory_order_acquire);
      if (end == next) {
        passTime(load.idling);
        continue;
      }
      for (; next < end; ++next)
        tally.add(slots_[next & mask]);
      mine.store(next, std::memory_order_release);
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;
  static constexpr unsigned maxReaders = 64;
  struct alignas(128) Cursor {
    std::atomic<std::uint64_t> sequence{0};
  };
  struct Cursors {
    Cursor written;
    std::array<Cursor, maxReaders> read;
  };

  /// `wanted` tells how many to write at once when so many are left.
  template <class Wanted>
  void write(Wanted wanted) {
    const Load load = load_;
    const std::uint64_t mask = load.capacity() - 1;
    std::uint64_t room = load.capacity();
    for (std::uint64_t next = 0; next < load.records;) {
      const std::uint64_t end = next + wanted(load.records - next);
      while (end > room) {
        room = slowest() + load.capacity();
        if (end > room) passTime(load.idling);
      }
      for (; next < end; ++next)
        slots_[next & mask].fill(next);
      cursors_->written.sequence.store(next, std::memory_order_release);
    }
  }

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

}  // namespace

StreamSystem handWrittenCursors() {
  return {"hand-written, cursors", Kind::floor, makeForSize<HandWrittenCursors>};
}

}  // namespace sluice::bench
