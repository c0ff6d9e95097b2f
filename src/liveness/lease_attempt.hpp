// One attempt to take a lease, as a few system calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "liveness/lease.hpp"
#include "os/file_id.hpp"
#include "os/system_error.hpp"

namespace sluice::detail {

/// For a job of the keeper, which may do more in the same job. Nothing of a job allocates.
class LeaseAttempt {
 public:
  enum class Kind { alone, shared };

  LeaseAttempt(const LeaseFile& file, std::uint64_t first, std::uint64_t count, Kind kind)
      : segment_(file.segment()),
        path_(file.path()),
        file_(file.id()),
        first_(first),
        count_(count),
        kind_(kind) {}

  /// Inside a job.
  void run() noexcept;

  bool isTaken() const noexcept { return page_ != nullptr; }

  /// Outside the job.
  Result<std::optional<Lease>> outcome();

 private:
  bool tie(int descriptor) noexcept;
  bool lock(int descriptor) noexcept;
  bool tryOnce() noexcept;
  void giveUp() noexcept;

  std::string segment_;
  std::string path_;
  FileId file_;
  std::uint64_t first_;
  std::uint64_t count_;
  Kind kind_;
  void* page_ = nullptr;
  bool isGone_ = false;
  CallFailure failure_;
};

}  // namespace sluice::detail
