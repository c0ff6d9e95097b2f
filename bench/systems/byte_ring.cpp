#include "systems/byte_ring.hpp"

#include <algorithm>
#include <cstdint>
#include <new>
#include <stdexcept>

#include "support/shared_memory.hpp"
#include "systems/hand_written_cursor.hpp"
#include "systems/message_channel.hpp"
#include "systems/message_streams.hpp"

namespace sluice::bench {
namespace {

struct Cursors {
  Cursor written;
  Cursor read;
};

template <Commit commit, Manner manner>
class WritingEnd {
 public:
  WritingEnd(Cursors& cursors, const ByteRing& ring, Idling idling)
      : cursors_(&cursors), size_(ring.size), writer_(ring), patience_(idling), room_(ring.size) {}

  template <class Fill>
  void write(std::size_t size, Fill fill) {
    const std::uint64_t end = writer_.endFor(size);
    if (end > room_) [[unlikely]]
      for (patience_.begin();;) {
        const std::uint64_t read = sequenceAt<manner>(cursors_->read);
        room_ = read + size_;
        if (end <= room_) break;
        patience_.pass(cursors_->read, read);
      }
    fill(writer_.begin(size));
    writer_.finish(size);
  }

  void publish() {
    if constexpr (commit == Commit::cursor) move<manner>(cursors_->written, writer_.position());
  }

 private:
  Cursors* cursors_;
  std::uint64_t size_;
  ByteRingWriter<commit> writer_;
  Patience<manner> patience_;
  std::uint64_t room_;  // up to where it may be written, as last seen
};

template <Commit commit, Manner manner>
class ReadingEnd {
 public:
  ReadingEnd(Cursors& cursors, const ByteRing& ring, Idling idling, std::size_t mostAtOnce)
      : cursors_(&cursors), reader_(ring), patience_(idling), mostAtOnce_(mostAtOnce) {}

  template <class Take>
  std::size_t read(Take take) {
    if constexpr (commit == Commit::cursor) {
      if (written_ == reader_.position()) written_ = sequenceAt<manner>(cursors_->written);
    }
    std::size_t count = 0;
    while (count < mostAtOnce_ && reader_.next(written_, take))
      ++count;
    if (count == 0) {
      patience_.pass(cursors_->written, written_);
    } else {
      patience_.begin();
      move<manner>(cursors_->read, reader_.position());
    }
    return count;
  }

 private:
  Cursors* cursors_;
  ByteRingReader<commit> reader_;
  Patience<manner> patience_;
  std::size_t mostAtOnce_;
  std::uint64_t written_ = 0;  // as last seen
};

template <Commit commit, Manner manner>
class ByteRingPort {
 public:
  ByteRingPort(const Load& load, const MessageRing& ring)
      : memory_(sizeof(Cursors) + ring.bytes),
        cursors_(new (memory_.base()) Cursors),
        ring_{reinterpret_cast<std::byte*>(cursors_ + 1), ring.bytes},
        idling_(load.idling),
        mostAtOnce_(ring.mostAtOnce) {}

  WritingEnd<commit, manner> openWriter() { return {*cursors_, ring_, idling_}; }
  ReadingEnd<commit, manner> openReader() { return {*cursors_, ring_, idling_, mostAtOnce_}; }

 private:
  SharedMemory memory_;
  Cursors* cursors_;
  ByteRing ring_;
  Idling idling_;
  std::size_t mostAtOnce_;
};

/// Writes a batch into a ring of bytes, and sums it up itself.
class OneThread final : public Transport {
 public:
  OneThread(const Load& load, const MessageRing& ring)
      : load_(load), sizes_(ring.sizes), memory_(ring.bytes), size_(ring.bytes) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    const ByteRing ring{static_cast<std::byte*>(memory_.base()), size_};
    ByteRingWriter<Commit::cursor> writer(ring);
    ByteRingReader<Commit::cursor> reader(ring);
    const MessageSizes sizes = sizes_;
    Tally tally;
    std::uint64_t seen = 0;
    for (std::uint64_t next = 0; next < load_.records;) {
      const std::uint64_t end = std::min(next + load_.batch, load_.records);
      for (; next < end; ++next) {
        const std::size_t size = sizes.of(next);
        fillMessage(writer.begin(size), size, next);
        writer.finish(size);
      }
      // Nothing that was written is known any more.
      asm volatile("" ::: "memory");
      while (reader.next(writer.position(), [&](std::span<const std::byte> bytes) {
        tally.add(bytes, sizes.of(seen++));
      })) {
      }
    }
    if (!tally.isExactly(load_.records, 0))
      throw std::runtime_error("a message was lost, doubled or changed");
  }

  Tally read() override { return {}; }

 private:
  Load load_;
  MessageSizes sizes_;
  SharedMemory memory_;
  std::uint64_t size_;
};

using Eager = ByteRingPort<Commit::cursor, Manner::eager>;
using Patient = ByteRingPort<Commit::cursor, Manner::patient>;
using Sleeping = ByteRingPort<Commit::cursor, Manner::sleeping>;
using ByHeader = ByteRingPort<Commit::header, Manner::eager>;
using ByHeaderPatient = ByteRingPort<Commit::header, Manner::patient>;

constexpr const char* name = "byte ring, cursors";
constexpr const char* byHeaderName = "byte ring, by headers";

}  // namespace

StreamSystem byteRing(const MessageRing& ring) {
  return messageSystem<Eager>(name, Kind::floor, ring);
}
StreamSystem byteRingPatient(const MessageRing& ring) {
  return messageSystem<Patient>("byte ring, cursors, patient", Kind::floor, ring);
}
StreamSystem byteRingBlocking(const MessageRing& ring) {
  return messageSystem<Sleeping>("byte ring, cursors and futexes", Kind::floor, ring);
}
StreamSystem byteRingByHeader(const MessageRing& ring) {
  return messageSystem<ByHeader>(byHeaderName, Kind::floor, ring);
}
StreamSystem byteRingByHeaderPatient(const MessageRing& ring) {
  return messageSystem<ByHeaderPatient>("byte ring, by headers, patient", Kind::floor, ring);
}
StreamSystem messagesInOneThread(const MessageRing& ring) {
  return {"the same work in one thread", Kind::bound,
          [ring](const Load& load) { return std::make_unique<OneThread>(load, ring); }, 0};
}

ChannelSystem byteRingChannel() {
  return messageChannel<messageBytes, Eager>(name, Kind::floor, Idling::spin);
}
ChannelSystem byteRingByHeaderChannel() {
  return messageChannel<messageBytes, ByHeader>(byHeaderName, Kind::floor, Idling::spin);
}

}  // namespace sluice::bench
