// A run of records whose type is not known to the program.
#pragma once

#include <cstddef>
#include <type_traits>

#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice {

/// Records in place, as Batch has them: the first lies at base(), each next one stride() bytes
/// further. `Byte` is const for a consumer. Valid until the records are committed or published.
template <class Byte>
class [[nodiscard]] UntypedBatch {
  static_assert(std::is_same_v<std::remove_const_t<Byte>, std::byte>);

 public:
  UntypedBatch(Byte* base, std::size_t stride, std::size_t size, Sequence first) noexcept
      : base_(base), stride_(stride), size_(size), first_(first) {}
  /// None, and why.
  UntypedBatch(Sequence first, Status status) noexcept : first_(first), status_(status) {}

  explicit operator bool() const noexcept { return size_ != 0; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// Why it is empty; Status::ok when it is not.
  Status status() const noexcept { return status_; }

  /// Where record 0 lies, and how many bytes further each next one does.
  Byte* base() const noexcept { return base_; }
  std::size_t stride() const noexcept { return stride_; }
  /// Where a record lies; the index must be below size().
  Byte* operator[](std::size_t index) const noexcept { return base_ + index * stride_; }

  /// The sequence of record 0; of an empty batch, the sequence that would come next.
  Sequence first() const noexcept { return first_; }
  /// The sequence of the last record; of an empty batch, first() - 1.
  Sequence last() const noexcept { return first_ + size_ - 1; }

 private:
  Byte* base_ = nullptr;
  std::size_t stride_ = 0;
  std::size_t size_ = 0;
  Sequence first_;
  Status status_ = Status::ok;
};

}  // namespace sluice
