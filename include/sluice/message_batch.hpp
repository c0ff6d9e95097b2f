// Messages in the ring, as a reader is given them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/payload_region.hpp"
#include "sluice/message_kind.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice {

/// One message: its bytes lie side by side, aligned to 8.
struct Message {
  std::span<const std::byte> bytes;
  Kind kind;
  Sequence sequence;
};

namespace detail {

/// Finds the message of a slot. Whatever the slot holds, the bytes lie inside the ring.
struct MessageFinder {
  MessageSlot slot;
  PayloadRegion region;

  Message at(const std::byte* place, Sequence sequence) const noexcept {
    const MessageHead& head = headOf(place);
    const ContentWord content{head.content.load(std::memory_order_relaxed)};
    const Kind kind{content.kind()};
    if (content.inRegion()) [[unlikely]]
      return {region.bytesAt(head.position.load(std::memory_order_relaxed), content.size()), kind,
              sequence};
    const std::size_t size = content.size() < slot.recordSize ? content.size() : slot.recordSize;
    return {{place + messageOffset, size}, kind, sequence};
  }
};

}  // namespace detail

/// Messages of consecutive sequences, in place, as a random-access range of Message. Never crosses
/// the end of the ring of slots. Empty when the call that returned it found none, and then status()
/// says why. Valid until the messages are committed.
class [[nodiscard]] MessageBatch {
 public:
  class Iterator;
  using iterator = Iterator;
  using value_type = Message;

  MessageBatch(const detail::MessageFinder& finder, const std::byte* slot, std::size_t size,
               Sequence first) noexcept
      : finder_(finder), slot_(slot), size_(size), first_(first) {}
  /// None, and why.
  MessageBatch(const detail::MessageFinder& finder, Sequence first, Status status) noexcept
      : finder_(finder), first_(first), status_(status) {}

  explicit operator bool() const noexcept { return size_ != 0; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// Why it is empty; Status::ok when it is not.
  Status status() const noexcept { return status_; }

  /// The sequence of message 0; of an empty batch, the sequence that would come next.
  Sequence first() const noexcept { return first_; }
  /// The sequence of the last message; of an empty batch, first() - 1.
  Sequence last() const noexcept { return first_ + size_ - 1; }

  /// The index must be below size().
  Message operator[](std::size_t index) const noexcept {
    return finder_.at(slot_ + index * finder_.slot.stride, first_ + index);
  }
  Message front() const noexcept { return (*this)[0]; }
  Message back() const noexcept { return (*this)[size_ - 1]; }
  Iterator begin() const noexcept;
  Iterator end() const noexcept;

 private:
  detail::MessageFinder finder_;
  const std::byte* slot_ = nullptr;
  std::size_t size_ = 0;
  Sequence first_;
  Status status_ = Status::ok;
};

/// Goes from message to message. The batch must outlive it.
class MessageBatch::Iterator {
 public:
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = Message;
  using difference_type = std::ptrdiff_t;
  using reference = Message;

  Iterator() noexcept = default;
  Iterator(const MessageBatch& batch, std::size_t index) noexcept
      : batch_(&batch), index_(static_cast<std::ptrdiff_t>(index)) {}

  Message operator*() const noexcept { return (*this)[0]; }
  Message operator[](std::ptrdiff_t n) const noexcept {
    return (*batch_)[static_cast<std::size_t>(index_ + n)];
  }
  Iterator& operator++() noexcept { return *this += 1; }
  Iterator operator++(int) noexcept {
    const Iterator before = *this;
    *this += 1;
    return before;
  }
  Iterator& operator--() noexcept { return *this += -1; }
  Iterator operator--(int) noexcept {
    const Iterator before = *this;
    *this += -1;
    return before;
  }
  Iterator& operator+=(std::ptrdiff_t n) noexcept {
    index_ += n;
    return *this;
  }
  Iterator& operator-=(std::ptrdiff_t n) noexcept { return *this += -n; }
  friend Iterator operator+(Iterator i, std::ptrdiff_t n) noexcept { return i += n; }
  friend Iterator operator+(std::ptrdiff_t n, Iterator i) noexcept { return i += n; }
  friend Iterator operator-(Iterator i, std::ptrdiff_t n) noexcept { return i -= n; }
  friend std::ptrdiff_t operator-(const Iterator& a, const Iterator& b) noexcept {
    return a.index_ - b.index_;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
    return a.index_ == b.index_;
  }
  friend auto operator<=>(const Iterator& a, const Iterator& b) noexcept {
    return a.index_ <=> b.index_;
  }

 private:
  const MessageBatch* batch_ = nullptr;
  std::ptrdiff_t index_ = 0;
};

inline MessageBatch::Iterator MessageBatch::begin() const noexcept {
  return {*this, 0};
}
inline MessageBatch::Iterator MessageBatch::end() const noexcept {
  return {*this, size_};
}

}  // namespace sluice
