#include <array>
#include <atomic>
#include <cstdint>
#include <new>

#include "support/channel.hpp"
#include "support/shared_memory.hpp"
#include "systems/channels.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

template <std::size_t size>
struct DenseSlot {
  std::atomic<std::uint64_t> sequence;
  SequencedRecord<size> record;
};

/// No two slots share a line.
template <std::size_t size>
struct alignas(64) WholeLines {
  std::atomic<std::uint64_t> sequence;
  SequencedRecord<size> record;
};

/// The writer asks for the reader's cursor only when its copy says that the ring is full.
template <std::size_t size, class Slot, int pauses>
class SequenceInSlot final : public Transport {
 public:
  explicit SequenceInSlot(const Load& load)
      : load_(load),
        memory_(sizeof(Cursor) + load.capacity() * sizeof(Slot)),
        cursor_(new (memory_.base()) Cursor),
        slots_(reinterpret_cast<Slot*>(cursor_ + 1)) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    const Load load = load_;
    const std::uint64_t mask = load.capacity() - 1;
    std::uint64_t room = load.capacity();
    for (std::uint64_t next = 0; next < load.records; ++next) {
      while (next == room) {
        room = cursor_->read.load(std::memory_order_acquire) + load.capacity();
        if (next == room) passTime(load.idling);
      }
      Slot& slot = slots_[next & mask];
      slot.record.fill(next);
      slot.sequence.store(next + 1, std::memory_order_release);
    }
  }

  Tally read() override {
    const Load load = load_;
    const std::uint64_t mask = load.capacity() - 1;
    Tally tally;
    std::uint64_t given = 0;  // back to the writer
    for (std::uint64_t next = 0; next < load.records;) {
      const std::uint64_t end = next + mostAtOnce;
      while (next != end && isThere(slots_[next & mask], next)) {
        tally.add(slots_[next & mask].record);
        ++next;
      }
      if (next != end) {
        for (int i = 0; i < pauses; ++i)
          passTime(load.idling);
      }
      if (next != given) cursor_->read.store(given = next, std::memory_order_release);
    }
    return tally;
  }

 private:
  struct alignas(128) Cursor {
    std::atomic<std::uint64_t> read{0};
  };
  static bool isThere(const Slot& slot, std::uint64_t sequence) noexcept {
    return slot.sequence.load(std::memory_order_acquire) == sequence + 1;
  }

  Load load_;
  SharedMemory memory_;
  Cursor* cursor_;
  Slot* slots_;
};

template <std::size_t size>
using Eager = SequenceInSlot<size, DenseSlot<size>, 1>;
template <std::size_t size>
using Patient = SequenceInSlot<size, DenseSlot<size>, patientPauses>;
template <std::size_t size>
using EagerLines = SequenceInSlot<size, WholeLines<size>, 1>;
template <std::size_t size>
using PatientLines = SequenceInSlot<size, WholeLines<size>, patientPauses>;

/// Never full, because few records are under way. A slot is one line.
template <int pauses>
class SlotsChannel {
 public:
  SlotsChannel() : memory_(sizeof(Ring)), ring_(new (memory_.base()) Ring) {}
  void openSender() {}
  void openReceiver() {}
  void send(const ChannelRecord& record) {
    Slot& slot = ring_->slot[next_++ % depth];
    slot.record = record;
    slot.sequence.store(next_, std::memory_order_release);
  }
  void receive(ChannelRecord& record) {
    Slot& slot = ring_->slot[next_++ % depth];
    while (slot.sequence.load(std::memory_order_acquire) != next_) {
      for (int i = 0; i < pauses; ++i)
        passTime(Idling::spin);
    }
    record = slot.record;
    ring_->read.store(next_, std::memory_order_release);
  }

 private:
  using Slot = WholeLines<channelRecordBytes>;
  static constexpr std::uint64_t depth = 1024;
  struct Ring {
    alignas(128) std::atomic<std::uint64_t> read{0};
    alignas(128) std::array<Slot, depth> slot;
  };
  SharedMemory memory_;
  Ring* ring_;
  std::uint64_t next_ = 0;
};

}  // namespace

StreamSystem sequenceInSlot() {
  return {"hand-written, sequence in the slot", Kind::floor, makeForSize<Eager>};
}

StreamSystem sequenceInSlotPatient() {
  return {"hand-written, in the slot, patient", Kind::floor, makeForSize<Patient>};
}

StreamSystem sequenceInLines() {
  return {"hand-written, in whole lines", Kind::floor, makeForSize<EagerLines>};
}

StreamSystem sequenceInLinesPatient() {
  return {"hand-written, in whole lines, patient", Kind::floor, makeForSize<PatientLines>};
}

ChannelSystem sequenceInSlotChannel() {
  return {"hand-written, sequence in the slot", Kind::floor, pingPong<SlotsChannel<0>>};
}

ChannelSystem sequenceInSlotPausingChannel() {
  return {"hand-written, in the slot, pausing", Kind::floor, pingPong<SlotsChannel<1>>};
}

}  // namespace sluice::bench
