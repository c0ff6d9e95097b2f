// A run of records in the ring.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <type_traits>

#include "sluice/core/ended.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/layout/slot.hpp"

namespace sluice {

/// Records that lie one after the other in the ring, in place: `const T` for a consumer, `T` for a
/// producer that has claimed them. Never crosses the end of the ring. Empty when the call that
/// returned it found none, and then ended() says why. Valid until the records are committed or
/// published.
template <class T, SlotLayoutTag L = stamped>
class Batch {
  using Record = std::remove_const_t<T>;
  using Slot = std::conditional_t<std::is_const_v<T>, const layout::Slot<Record, L>,
                                  layout::Slot<Record, L>>;

 public:
  class Iterator {
   public:
    using iterator_concept = std::random_access_iterator_tag;
    using iterator_category = std::random_access_iterator_tag;
    using value_type = Record;
    using difference_type = std::ptrdiff_t;
    using reference = T&;
    using pointer = T*;

    Iterator() noexcept = default;
    explicit Iterator(Slot* slot) noexcept : slot_(slot) {}

    T& operator*() const noexcept { return slot_->record; }
    T* operator->() const noexcept { return &slot_->record; }
    T& operator[](std::ptrdiff_t n) const noexcept { return slot_[n].record; }
    Iterator& operator++() noexcept { return ++slot_, *this; }
    Iterator operator++(int) noexcept { return Iterator(slot_++); }
    Iterator& operator--() noexcept { return --slot_, *this; }
    Iterator operator--(int) noexcept { return Iterator(slot_--); }
    Iterator& operator+=(std::ptrdiff_t n) noexcept { return slot_ += n, *this; }
    Iterator& operator-=(std::ptrdiff_t n) noexcept { return slot_ -= n, *this; }
    friend Iterator operator+(Iterator i, std::ptrdiff_t n) noexcept { return i += n; }
    friend Iterator operator+(std::ptrdiff_t n, Iterator i) noexcept { return i += n; }
    friend Iterator operator-(Iterator i, std::ptrdiff_t n) noexcept { return i -= n; }
    friend std::ptrdiff_t operator-(Iterator a, Iterator b) noexcept { return a.slot_ - b.slot_; }
    friend auto operator<=>(const Iterator&, const Iterator&) = default;

   private:
    Slot* slot_ = nullptr;
  };

  Batch(Slot* slots, std::size_t size, Sequence first) noexcept
      : slots_(slots), size_(size), first_(first) {}
  Batch(Sequence first, Ended ended) noexcept : first_(first), ended_(ended) {}

  explicit operator bool() const noexcept { return size_ != 0; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// Why it is empty; Ended::no when it is not.
  Ended ended() const noexcept { return ended_; }

  /// The sequence of record 0; of an empty batch, the one that would come next.
  Sequence first() const noexcept { return first_; }
  /// The sequence of the last record; of an empty batch, first() - 1.
  Sequence last() const noexcept { return first_ + size_ - 1; }

  T& operator[](std::size_t index) const noexcept { return slots_[index].record; }
  T& front() const noexcept { return slots_[0].record; }
  T& back() const noexcept { return slots_[size_ - 1].record; }
  Iterator begin() const noexcept { return Iterator(slots_); }
  Iterator end() const noexcept { return Iterator(slots_ + size_); }

  /// In the packed layout a batch is an array.
  T* data() const noexcept requires std::is_same_v<L, packed> {
    return reinterpret_cast<T*>(slots_);
  }
  operator std::span<T>() const noexcept requires std::is_same_v<L, packed> {
    return {data(), size_};
  }

 private:
  Slot* slots_ = nullptr;
  std::size_t size_ = 0;
  Sequence first_;
  Ended ended_ = Ended::no;
};

}  // namespace sluice
