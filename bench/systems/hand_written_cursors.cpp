#include <algorithm>
#include <array>
#include <cstdint>
#include <new>

#include "support/channel.hpp"
#include "support/shared_memory.hpp"
#include "systems/channels.hpp"
#include "systems/hand_written_cursor.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

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
      const std::uint64_t written = sequenceAt<manner>(cursors_->written);
      if (written == next) {
        patience.pass(cursors_->written, next);
        continue;
      }
      const std::uint64_t end = std::min(written, next + mostAtOnce);
      patience.begin();
      for (; next < end; ++next)
        tally.add(slots_[next & mask]);
      move<manner>(mine, next);
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
      move<manner>(cursors_->written, next);
    }
  }

  /// The end of what may be written, at least `end`.
  std::uint64_t awaitRoom(std::uint64_t end, Patience<manner>& patience) noexcept {
    for (patience.begin();;) {
      Cursor* slowest = cursors_->read.data();
      std::uint64_t sequence = sequenceAt<manner>(*slowest);
      for (unsigned number = 1; number < load_.consumers; ++number) {
        const auto other = sequenceAt<manner>(cursors_->read[number]);
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
    move<Manner::eager>(ring_->written, next_);
  }
  void receive(ChannelRecord& record) {
    while (sequenceAt<Manner::eager>(ring_->written) == next_) {
    }
    record = ring_->record[next_++ % depth];
    move<Manner::eager>(ring_->read, next_);
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
