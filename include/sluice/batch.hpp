// A run of records in the ring.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <type_traits>

#include "sluice/detail/slot.hpp"
#include "sluice/sequence.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/status.hpp"

namespace sluice {

namespace detail {

/// Goes from record to record, a constant number of bytes apart.
template <class T, std::size_t stride>
class StridedIterator {
  using Byte = std::conditional_t<std::is_const_v<T>, const std::byte, std::byte>;

 public:
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::random_access_iterator_tag;
  using value_type = std::remove_const_t<T>;
  using difference_type = std::ptrdiff_t;
  using reference = T&;
  using pointer = T*;

  StridedIterator() noexcept = default;
  explicit StridedIterator(Byte* record) noexcept : record_(record) {}

  T& operator*() const noexcept { return *reinterpret_cast<T*>(record_); }
  T* operator->() const noexcept { return reinterpret_cast<T*>(record_); }
  T& operator[](std::ptrdiff_t n) const noexcept { return *(*this + n); }
  StridedIterator& operator++() noexcept { return *this += 1; }
  StridedIterator operator++(int) noexcept {
    const StridedIterator before = *this;
    *this += 1;
    return before;
  }
  StridedIterator& operator--() noexcept { return *this -= 1; }
  StridedIterator operator--(int) noexcept {
    const StridedIterator before = *this;
    *this -= 1;
    return before;
  }
  StridedIterator& operator+=(std::ptrdiff_t n) noexcept {
    record_ += n * static_cast<std::ptrdiff_t>(stride);
    return *this;
  }
  StridedIterator& operator-=(std::ptrdiff_t n) noexcept { return *this += -n; }
  friend StridedIterator operator+(StridedIterator i, std::ptrdiff_t n) noexcept { return i += n; }
  friend StridedIterator operator+(std::ptrdiff_t n, StridedIterator i) noexcept { return i += n; }
  friend StridedIterator operator-(StridedIterator i, std::ptrdiff_t n) noexcept { return i -= n; }
  friend std::ptrdiff_t operator-(StridedIterator a, StridedIterator b) noexcept {
    return (a.record_ - b.record_) / static_cast<std::ptrdiff_t>(stride);
  }
  friend auto operator<=>(const StridedIterator&, const StridedIterator&) = default;

 private:
  Byte* record_ = nullptr;
};

}  // namespace detail

/// Records that lie one after the other in the ring, in place: `const T` for a consumer, `T` for a
/// producer that has claimed them. Never crosses the end of the ring. Empty when the call that
/// returned it found none, and then status() says why. Valid until the records are committed or
/// published; a copy or a part of it refers to the same records. A random-access range, and in the
/// packed layout a contiguous one: `std::span records(batch)`.
template <class T, SlotLayoutTag L = stamped>
class [[nodiscard]] Batch {
  using Byte = std::conditional_t<std::is_const_v<T>, const std::byte, std::byte>;
  static constexpr bool isArray = L::value == SlotLayout::packed;
  static constexpr std::size_t stride = detail::FixedSlot<std::remove_const_t<T>, L>::stride;

 public:
  using value_type = std::remove_const_t<T>;
  using iterator = std::conditional_t<isArray, T*, detail::StridedIterator<T, stride>>;
  using Iterator = iterator;

  /// `size` records, the first of which lies at that address.
  Batch(Byte* records, std::size_t size, Sequence first) noexcept
      : records_(records), size_(size), first_(first) {}
  /// None, and why.
  Batch(Sequence first, Status status) noexcept : first_(first), status_(status) {}

  explicit operator bool() const noexcept { return size_ != 0; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// Why it is empty; Status::ok when it is not.
  Status status() const noexcept { return status_; }

  /// The sequence of record 0; of an empty batch, the sequence that would come next.
  Sequence first() const noexcept { return first_; }
  /// The sequence of the last record; of an empty batch, first() - 1.
  Sequence last() const noexcept { return first_ + size_ - 1; }

  /// The index must be below size().
  T& operator[](std::size_t index) const noexcept {
    return *reinterpret_cast<T*>(records_ + index * stride);
  }
  T& front() const noexcept { return (*this)[0]; }
  T& back() const noexcept { return (*this)[size_ - 1]; }
  iterator begin() const noexcept { return iterator(reinterpret_cast<Start>(records_)); }
  iterator end() const noexcept {
    return iterator(reinterpret_cast<Start>(records_ + size_ * stride));
  }

  /// `count` of the records from that index on, or all that follow; the index and their sum must be
  /// at most size().
  Batch subspan(std::size_t index, std::size_t count = std::dynamic_extent) const noexcept {
    const std::size_t left = size_ - index;
    return {records_ + index * stride, count < left ? count : left, first_ + index};
  }

  T* data() const noexcept requires isArray { return reinterpret_cast<T*>(records_); }

 private:
  using Start = std::conditional_t<isArray, T*, Byte*>;

  Byte* records_ = nullptr;
  std::size_t size_ = 0;
  Sequence first_;
  Status status_ = Status::ok;
};

}  // namespace sluice

/// @cond
// A batch does not own its records, so iterators outlive it, and copying it is cheap.
template <class T, sluice::SlotLayoutTag L>
inline constexpr bool std::ranges::enable_borrowed_range<sluice::Batch<T, L>> = true;
template <class T, sluice::SlotLayoutTag L>
inline constexpr bool std::ranges::enable_view<sluice::Batch<T, L>> = true;
/// @endcond
