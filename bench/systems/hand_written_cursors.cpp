#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <cstdint>
#include <memory>
#include <new>

#include "sluice/platform/fence.hpp"
#include "support/channel.hpp"
#include "support/shared_memory.hpp"
#include "systems/channels.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

struct alignas(128) Cursor {
  std::atomic<std::uint64_t> sequence{0};
  std::atomic<bool> hasSleepers{false};

  /// Who sleeps here, sleeps on the sequence's low half.
  std::uint32_t* word() noexcept { return reinterpret_cast<std::uint32_t*>(&sequence); }
};

/// How a reader passes the time, and both ends where it sleeps.
enum class Manner { eager, patient, sleeping };

/// What one end does when a cursor has not moved.
template <Manner manner>
class Patience {
 public:
  explicit Patience(Idling idling) noexcept : idling_(idling) {}

  void begin() noexcept { looks_ = 0; }

  /// Returns at some time, at the latest when the cursor is no longer at `sequence`.
  void pass(Cursor& cursor, std::uint64_t sequence) noexcept {
    if constexpr (manner != Manner::sleeping) {
      for (int i = 0; i < (manner == Manner::patient ? patientPauses : 1); ++i)
        passTime(idling_);
    } else if (++looks_ < looksBeforeSleep) {
      platform::spinHint();
    } else {
      cursor.hasSleepers.store(true, std::memory_order_relaxed);
      platform::fullFence();
      ::syscall(SYS_futex, cursor.word(), FUTEX_WAIT, static_cast<std::uint32_t>(sequence), nullptr,
                nullptr, 0);
    }
  }

  static void move(Cursor& cursor, std::uint64_t sequence) noexcept {
    cursor.sequence.store(sequence, std::memory_order_release);
    if constexpr (manner == Manner::sleeping) {
      platform::fullFence();
      if (!cursor.hasSleepers.load(std::memory_order_relaxed)) return;
      cursor.hasSleepers.store(false, std::memory_order_relaxed);
      ::syscall(SYS_futex, cursor.word(), FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
    }
  }

 private:
  static constexpr unsigned looksBeforeSleep = 1000;

  Idling idling_;
  unsigned looks_ = 0;
};

template <std::size_t size, Manner manner>
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
    Cursor& mine = cursors_->read[number_];
    Patience<manner> patience(load.idling);
    Tally tally;
    for (std::uint64_t next = 0; next < load.records;) {
      const std::uint64_t end = cursors_->written.sequence.load(std::memory_order_acquire);
      if (end == next) {
        patience.pass(cursors_->written, next);
        continue;
      }
      patience.begin();
      for (; next < end; ++next)
        tally.add(slots_[next & mask]);
      patience.move(mine, next);
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;
  struct Cursors {
    Cursor written;
    std::array<Cursor, StreamSystem::maxReaders> read;
  };

  /// `wanted` tells how many to write at once when so many are left.
  template <class Wanted>
  void write(Wanted wanted) {
    const Load load = load_;
    const std::uint64_t mask = load.capacity() - 1;
    std::uint64_t room = load.capacity();
    Patience<manner> patience(load.idling);
    for (std::uint64_t next = 0; next < load.records;) {
      const std::uint64_t end = next + wanted(load.records - next);
      if (end > room) [[unlikely]]
        room = awaitRoom(end, patience);
      for (; next < end; ++next)
        slots_[next & mask].fill(next);
      patience.move(cursors_->written, next);
    }
  }

  /// The end of what may be written, at least `end`.
  std::uint64_t awaitRoom(std::uint64_t end, Patience<manner>& patience) noexcept {
    for (patience.begin();;) {
      Cursor* slowest = cursors_->read.data();
      std::uint64_t sequence = slowest->sequence.load(std::memory_order_acquire);
      for (unsigned number = 1; number < load_.consumers; ++number) {
        const auto other = cursors_->read[number].sequence.load(std::memory_order_acquire);
        if (other >= sequence) continue;
        slowest = &cursors_->read[number];
        sequence = other;
      }
      if (sequence + load_.capacity() >= end) return sequence + load_.capacity();
      patience.pass(*slowest, sequence);
    }
  }

  Load load_;
  SharedMemory memory_;
  Cursors* cursors_;
  Record* slots_;
  unsigned number_ = 0;
};

template <std::size_t size>
using Eager = HandWrittenCursors<size, Manner::eager>;
template <std::size_t size>
using Patient = HandWrittenCursors<size, Manner::patient>;
template <std::size_t size>
using Sleeping = HandWrittenCursors<size, Manner::sleeping>;

/// Never full, because few records are under way.
class CursorsChannel {
 public:
  CursorsChannel() : memory_(sizeof(Ring)), ring_(new (memory_.base()) Ring) {}
  void openSender() {}
  void openReceiver() {}
  void send(const ChannelRecord& record) {
    ring_->record[next_++ % depth] = record;
    ring_->written.sequence.store(next_, std::memory_order_release);
  }
  void receive(ChannelRecord& record) {
    while (ring_->written.sequence.load(std::memory_order_acquire) == next_) {
    }
    record = ring_->record[next_++ % depth];
    ring_->read.sequence.store(next_, std::memory_order_release);
  }

 private:
  static constexpr std::uint64_t depth = 1024;
  struct Ring {
    Cursor written;
    Cursor read;
    alignas(128) std::array<ChannelRecord, depth> record;
  };
  SharedMemory memory_;
  Ring* ring_;
  std::uint64_t next_ = 0;
};

}  // namespace

StreamSystem handWrittenCursors() {
  return {"hand-written, cursors", Kind::floor, makeForSize<Eager>};
}

StreamSystem handWrittenCursorsPatient() {
  return {"hand-written, cursors, patient", Kind::floor, makeForSize<Patient>};
}

StreamSystem handWrittenBlocking() {
  return {"hand-written, cursors and futexes", Kind::floor, makeForSize<Sleeping>};
}

ChannelSystem handWrittenCursorsChannel() {
  return {"hand-written, cursors", Kind::floor, pingPong<CursorsChannel>};
}

}  // namespace sluice::bench
