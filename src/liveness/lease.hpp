// Kernel-held proof that a participant's process lives.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "os/segment_file.hpp"

namespace sluice::detail {

/// A segment's file, open only in the keeper's descriptor table, and the locks taken through it.
/// Given up when destroyed, or by the kernel when the process dies or execs. In a forked child it
/// is an empty shell: every call there answers as if nobody held anything, and destroying it
/// changes nothing. Any thread, one at a time.
class Lease {
 public:
  /// Runs `open` on the keeper thread and keeps the file it returns. `system` where the process
  /// may start no thread.
  static Result<Lease> take(const std::function<Result<SegmentFile>()>& open);

  Lease(Lease&&) noexcept;
  Lease& operator=(Lease&&) noexcept;
  ~Lease();

  /// False when another participant's open file holds the byte.
  Result<bool> tryLock(std::uint64_t byte);
  void unlock(std::uint64_t byte);

  /// True while another open file holds that byte: its holder lives.
  bool lockedByAnother(std::uint64_t byte) const;

  /// Runs a job on the keeper thread with the file.
  void with(const std::function<void(SegmentFile&)>& job) const;

 private:
  struct Held;
  explicit Lease(std::unique_ptr<Held> held) noexcept;
  std::unique_ptr<Held> held_;
};

}  // namespace sluice::detail
