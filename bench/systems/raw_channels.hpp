// Channels without any promise: what the machine and the kernel can do.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <new>

#include "support/channel.hpp"
#include "support/shared_memory.hpp"

namespace sluice::bench {

/// A word that only says "there is news": no record is carried.
template <std::size_t size>
class RawWord {
 public:
  RawWord() : memory_(128), word_(new (memory_.base()) std::atomic<std::uint64_t>{0}) {}
  void openSender() {}
  void openReceiver() {}
  void send(const SequencedRecord<size>& record) {
    word_->store(record.word[0] + 1, std::memory_order_release);
  }
  void receive(SequencedRecord<size>& record) {
    while (word_->load(std::memory_order_acquire) == last_) {
    }
    last_ = word_->load(std::memory_order_relaxed);
    record.word[0] = last_ - 1;
  }

 private:
  SharedMemory memory_;
  std::atomic<std::uint64_t>* word_;
  std::uint64_t last_ = 0;
};

/// One slot, the record and its sequence on the same line.
template <std::size_t size>
class SequencedLine {
 public:
  SequencedLine() : memory_(sizeof(Line)), line_(new (memory_.base()) Line) {}
  void openSender() {}
  void openReceiver() {}
  void send(const SequencedRecord<size>& record) {
    line_->record = record;
    line_->sequence.store(++last_, std::memory_order_release);
  }
  void receive(SequencedRecord<size>& record) {
    ++last_;
    while (line_->sequence.load(std::memory_order_acquire) != last_) {
    }
    record = line_->record;
  }

 private:
  struct alignas(128) Line {
    std::atomic<std::uint64_t> sequence{0};
    SequencedRecord<size> record;
  };
  SharedMemory memory_;
  Line* line_;
  std::uint64_t last_ = 0;
};

/// A few slots and a futex: the sender always calls the kernel, the receiver sleeps when there is
/// nothing. Never full, because few records are under way.
template <std::size_t size>
class FutexQueue {
 public:
  FutexQueue() : memory_(sizeof(Slots)), slots_(new (memory_.base()) Slots) {}
  void openSender() {}
  void openReceiver() {}
  void send(const SequencedRecord<size>& record) {
    const std::uint32_t next = slots_->count.load(std::memory_order_relaxed);
    slots_->record[next % depth] = record;
    slots_->count.store(next + 1, std::memory_order_release);
    ::syscall(SYS_futex, &slots_->count, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  void receive(SequencedRecord<size>& record) {
    while (slots_->count.load(std::memory_order_acquire) == last_)
      ::syscall(SYS_futex, &slots_->count, FUTEX_WAIT, last_, nullptr, nullptr, 0);
    record = slots_->record[last_++ % depth];
  }

 private:
  static constexpr std::uint32_t depth = 1 << 15;
  struct Slots {
    alignas(128) std::atomic<std::uint32_t> count{0};
    alignas(128) SequencedRecord<size> record[depth];
  };
  SharedMemory memory_;
  Slots* slots_;
  std::uint32_t last_ = 0;
};

}  // namespace sluice::bench
