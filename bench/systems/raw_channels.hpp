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

/// The same with a futex: the sender always calls the kernel, the receiver always sleeps.
template <std::size_t size>
class FutexLine {
 public:
  FutexLine() : memory_(sizeof(Line)), line_(new (memory_.base()) Line) {}
  void openSender() {}
  void openReceiver() {}
  void send(const SequencedRecord<size>& record) {
    line_->record = record;
    line_->count.fetch_add(1, std::memory_order_release);
    ::syscall(SYS_futex, &line_->count, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  void receive(SequencedRecord<size>& record) {
    while (line_->count.load(std::memory_order_acquire) == last_)
      ::syscall(SYS_futex, &line_->count, FUTEX_WAIT, last_, nullptr, nullptr, 0);
    ++last_;
    record = line_->record;
  }

 private:
  struct alignas(128) Line {
    std::atomic<std::uint32_t> count{0};
    SequencedRecord<size> record;
  };
  SharedMemory memory_;
  Line* line_;
  std::uint32_t last_ = 0;
};

}  // namespace sluice::bench
