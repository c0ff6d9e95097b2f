#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <new>

#include "sluice/detail/processor.hpp"
#include "support/channel.hpp"
#include "support/shared_memory.hpp"
#include "systems/channels.hpp"

namespace sluice::bench {
namespace {

class RawAtomics {
 public:
  RawAtomics() : memory_(128), word_(new (memory_.base()) std::atomic<std::uint64_t>{0}) {}
  void openSender() {}
  void openReceiver() {}
  void send(const ChannelRecord& record) {
    word_->store(record.word[0] + 1, std::memory_order_release);
  }
  void receive(ChannelRecord& record) {
    std::uint64_t now = last_;
    while (now == last_)
      now = word_->load(std::memory_order_acquire);
    last_ = now;
    record.word[0] = now - 1;
  }

 private:
  SharedMemory memory_;
  std::atomic<std::uint64_t>* word_;
  std::uint64_t last_ = 0;
};

template <int pauses>
class SequencedLine {
 public:
  SequencedLine() : memory_(sizeof(Line)), line_(new (memory_.base()) Line) {}
  void openSender() {}
  void openReceiver() {}
  void send(const ChannelRecord& record) {
    line_->record = record;
    line_->sequence.store(++last_, std::memory_order_release);
  }
  void receive(ChannelRecord& record) {
    ++last_;
    while (line_->sequence.load(std::memory_order_acquire) != last_) {
      for (int i = 0; i < pauses; ++i)
        detail::spinHint();
    }
    record = line_->record;
  }

 private:
  struct alignas(128) Line {
    std::atomic<std::uint64_t> sequence{0};
    ChannelRecord record;
  };
  SharedMemory memory_;
  Line* line_;
  std::uint64_t last_ = 0;
};

/// Never full, because few records are under way.
class FutexQueue {
 public:
  FutexQueue() : memory_(sizeof(Slots)), slots_(new (memory_.base()) Slots) {}
  void openSender() {}
  void openReceiver() {}
  void send(const ChannelRecord& record) {
    const std::uint32_t next = slots_->count.load(std::memory_order_relaxed);
    slots_->record[next % depth] = record;
    slots_->count.store(next + 1, std::memory_order_release);
    ::syscall(SYS_futex, &slots_->count, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  void receive(ChannelRecord& record) {
    while (slots_->count.load(std::memory_order_acquire) == last_)
      ::syscall(SYS_futex, &slots_->count, FUTEX_WAIT, last_, nullptr, nullptr, 0);
    record = slots_->record[last_++ % depth];
  }

 private:
  static constexpr std::uint32_t depth = 64;
  struct Slots {
    alignas(128) std::atomic<std::uint32_t> count{0};
    alignas(128) std::array<ChannelRecord, depth> record;
  };
  SharedMemory memory_;
  Slots* slots_;
  std::uint32_t last_ = 0;
};

/// One slot, and full at first.
class FullFutex {
 public:
  FullFutex() : memory_(sizeof(Slot)), slot_(new (memory_.base()) Slot) {}
  void openSender() {}
  void openReceiver() {}
  void fillUp() {}
  void send(const ChannelRecord& record) {
    while (slot_->freed.load(std::memory_order_acquire) == last_)
      ::syscall(SYS_futex, &slot_->freed, FUTEX_WAIT, last_, nullptr, nullptr, 0);
    ++last_;
    slot_->record = record;
  }
  void makeRoom() {
    slot_->freed.store(++last_, std::memory_order_release);
    ::syscall(SYS_futex, &slot_->freed, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }

 private:
  struct Slot {
    alignas(128) std::atomic<std::uint32_t> freed{0};
    alignas(128) ChannelRecord record;
  };
  SharedMemory memory_;
  Slot* slot_;
  std::uint32_t last_ = 0;
};

}  // namespace

ChannelSystem rawAtomicsChannel() {
  return {"raw atomics, no record", Kind::bound, pingPong<RawAtomics>};
}

ChannelSystem sequencedLineChannel() {
  return {"one line with its sequence", Kind::floor, pingPong<SequencedLine<0>>};
}

ChannelSystem sequencedLinePausingChannel() {
  return {"one line, pausing", Kind::floor, pingPong<SequencedLine<1>>};
}

ChannelSystem futexChannel() {
  return blockingChannel<FutexQueue>("futex", Kind::floor);
}

ChannelSystem fullFutex() {
  return {.name = "futex", .kind = Kind::floor, .wakeProducer = wakeProducer<FullFutex>};
}

}  // namespace sluice::bench
