// Kernel-held proof that a participant's process lives.
#pragma once

#include <cstdint>
#include <optional>

#include "os/lease_file.hpp"
#include "os/process_stamp.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// Bytes of a lease file, locked through an open file that only a mapping keeps open: one page that
/// nobody may touch. So the lock lives exactly as long as the memory of this process: until it is
/// given up, and until no thread of a process that dies can store any more. No descriptor stays, so
/// no code of the process can write through one or drop the lock by closing it; a forked child has
/// none of it. Any thread, one at a time.
class Lease {
 public:
  /// Of nothing.
  Lease() noexcept = default;

  /// Takes `count` bytes from `first` on; nothing when another open file holds one of them.
  /// notFound when the file has lost its name: the segment is gone. Throws sluice::Exception where
  /// no thread can be started.
  static Result<std::optional<Lease>> tryTake(const LeaseFile& file, std::uint64_t first,
                                              std::uint64_t count = 1);

  /// The same beside others that take it so. Nobody sees from outside that it is held.
  static Result<std::optional<Lease>> tryShare(const LeaseFile& file, std::uint64_t byte);

  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  bool isHeld() const noexcept { return page_ != nullptr; }

 private:
  friend class LeaseAttempt;
  explicit Lease(void* page) noexcept : page_(page), process_(ProcessStamp::current()) {}

  void* page_ = nullptr;
  ProcessStamp process_;
};

}  // namespace sluice::detail
