// A ring for each writer, as one writes it by hand.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <vector>

#include "support/shared_memory.hpp"
#include "systems/fan_ins.hpp"
#include "systems/hand_written_cursor.hpp"

namespace sluice::bench {
namespace {

/// Where the reader sleeps for whatever comes.
class Doorbell {
 public:
  /// After a record was published: the fence is between that and the look for a sleeper.
  void ring() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (word_.load(std::memory_order_relaxed) == 0) return;
    word_.store(0, std::memory_order_relaxed);
    ::syscall(SYS_futex, &word_, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }

  /// `isThere` looks at all rings.
  template <class IsThere>
  void sleepUnless(IsThere isThere) noexcept {
    word_.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (!isThere()) ::syscall(SYS_futex, &word_, FUTEX_WAIT, 1, nullptr, nullptr, 0);
    word_.store(0, std::memory_order_relaxed);
  }

 private:
  alignas(128) std::atomic<std::uint32_t> word_{0};
};

/// Writers share a processor, so they yield when there is no room.
template <Manner manner>
class CursorRing {
 public:
  using Slot = FanInRecord;

  static std::size_t bytes(std::uint64_t capacity) {
    return sizeof(Cursors) + capacity * sizeof(Slot);
  }
  CursorRing(void* place, std::uint64_t capacity)
      : capacity_(capacity),
        cursors_(new (place) Cursors),
        slots_(reinterpret_cast<Slot*>(cursors_ + 1)) {}

  void write(std::uint64_t next, std::uint64_t sequence) noexcept {
    if (next == room_) [[unlikely]]
      awaitRoom(next);
    slots_[next & (capacity_ - 1)].fill(sequence);
    cursors_->written.word.store(next + 1, std::memory_order_release);
  }

  bool hasMore() const noexcept { return written() != next_; }

  /// How many records it has given to the tally, and back to the writer.
  std::uint64_t readInto(Tally& kept) noexcept {
    const std::uint64_t end = std::min(written(), next_ + mostAtOnce);
    const std::uint64_t count = end - next_;
    if (count == 0) return 0;
    Tally tally = kept;
    for (; next_ < end; ++next_)
      tally.add(slots_[next_ & (capacity_ - 1)]);
    kept = tally;
    move<manner>(cursors_->read, next_);
    return count;
  }

 private:
  struct Cursors {
    Cursor written;
    Cursor read;
  };

  std::uint64_t written() const noexcept {
    return cursors_->written.word.load(std::memory_order_acquire);
  }
  void awaitRoom(std::uint64_t next) noexcept {
    Patience<manner> patience(Idling::yield);
    patience.begin();
    for (;;) {
      const std::uint64_t read = sequenceAt<manner>(cursors_->read);
      room_ = read + capacity_;
      if (room_ != next) return;
      patience.pass(cursors_->read, read);
    }
  }

  std::uint64_t capacity_;
  std::uint64_t room_ = capacity_;
  std::uint64_t next_ = 0;
  Cursors* cursors_;
  Slot* slots_;
};

class SequenceRing {
 public:
  struct Slot {
    std::atomic<std::uint64_t> sequence;
    FanInRecord record;
  };

  static std::size_t bytes(std::uint64_t capacity) {
    return sizeof(Cursor) + (capacity * sizeof(Slot) + 127) / 128 * 128;
  }
  SequenceRing(void* place, std::uint64_t capacity)
      : capacity_(capacity),
        read_(new (place) Cursor),
        slots_(reinterpret_cast<Slot*>(read_ + 1)) {}

  void write(std::uint64_t next, std::uint64_t sequence) noexcept {
    while (next == room_) {
      room_ = read_->word.load(std::memory_order_acquire) + capacity_;
      if (next == room_) passTime(Idling::yield);
    }
    Slot& slot = slots_[next & (capacity_ - 1)];
    slot.record.fill(sequence);
    slot.sequence.store(next + 1, std::memory_order_release);
  }

  std::uint64_t readInto(Tally& kept) noexcept {
    const std::uint64_t begin = next_;
    const std::uint64_t most = next_ + mostAtOnce;
    Tally tally = kept;
    while (next_ != most) {
      const Slot& slot = slots_[next_ & (capacity_ - 1)];
      if (slot.sequence.load(std::memory_order_acquire) != next_ + 1) break;
      tally.add(slot.record);
      ++next_;
    }
    if (next_ == begin) return 0;
    kept = tally;
    read_->word.store(next_, std::memory_order_release);
    return next_ - begin;
  }

 private:
  std::uint64_t capacity_;
  std::uint64_t room_ = capacity_;
  std::uint64_t next_ = 0;
  Cursor* read_;
  Slot* slots_;
};

template <class Ring, Manner manner>
class HandWrittenFanIn final : public FanInTransport {
 public:
  explicit HandWrittenFanIn(const Load& load)
      : load_(load),
        memory_(sizeof(Doorbell) + load.producers * Ring::bytes(load.capacity())),
        doorbell_(new (memory_.base()) Doorbell) {
    auto* place = reinterpret_cast<std::byte*>(doorbell_ + 1);
    for (unsigned number = 0; number < load.producers; ++number)
      rings_.emplace_back(place + number * Ring::bytes(load.capacity()), load.capacity());
  }

  void openWriter(unsigned number) override { number_ = number; }
  void openReader() override {}

  void write() override {
    Ring ring = rings_[number_];
    const std::uint64_t first = WriterTallies::firstOf(number_);
    for (std::uint64_t next = 0; next < load_.records; ++next) {
      ring.write(next, first + next);
      if constexpr (manner == Manner::sleeping) doorbell_->ring();
    }
  }

  WriterTallies read() override {
    WriterTallies tallies(load_.producers);
    const std::uint64_t all = load_.records * load_.producers;
    std::uint32_t looks = 0;
    for (std::uint64_t seen = 0; seen < all;) {
      std::uint64_t found = 0;
      for (unsigned number = 0; number < load_.producers; ++number)
        found += rings_[number].readInto(tallies.of(number));
      seen += found;
      looks = found == 0 ? looks + 1 : 0;
      if (found == 0) pass(looks);
    }
    return tallies;
  }

 private:
  void pass(std::uint32_t looks) noexcept {
    if constexpr (manner != Manner::sleeping) {
      for (int i = 0; i < (manner == Manner::patient ? patientPauses : 1); ++i)
        passTime(Idling::poll);
    } else if (!WaitStrategy::spinThenSleep().idle(looks)) {
      doorbell_->sleepUnless([this] {
        return std::ranges::any_of(rings_, [](const Ring& ring) { return ring.hasMore(); });
      });
    }
  }

  Load load_;
  SharedMemory memory_;
  Doorbell* doorbell_;
  std::vector<Ring> rings_;
  unsigned number_ = 0;
};

template <Manner manner>
using WithSequences = HandWrittenFanIn<SequenceRing, manner>;
template <Manner manner>
using WithCursors = HandWrittenFanIn<CursorRing<manner>, manner>;

}  // namespace

FanInSystem ringsWithSequences() {
  return {"hand-written rings, in the slot", Kind::floor, makeFanIn<WithSequences<Manner::eager>>};
}

FanInSystem ringsWithSequencesPatient() {
  return {"hand-written rings, in the slot, patient", Kind::floor,
          makeFanIn<WithSequences<Manner::patient>>};
}

FanInSystem ringsWithCursors() {
  return {"hand-written rings, cursors", Kind::floor, makeFanIn<WithCursors<Manner::eager>>};
}

FanInSystem ringsWithCursorsPatient() {
  return {"hand-written rings, cursors, patient", Kind::floor,
          makeFanIn<WithCursors<Manner::patient>>};
}

FanInSystem ringsWithCursorsBlocking() {
  return {"hand-written rings, cursors and futexes", Kind::floor,
          makeFanIn<WithCursors<Manner::sleeping>>};
}

}  // namespace sluice::bench
