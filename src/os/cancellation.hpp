// Keeping a thread whole while it is in the middle of something.
#pragma once

namespace sluice::detail {

/// As long as this object lives, a request to cancel the calling thread (pthread_cancel) waits.
/// Setting up and tearing down is no place to unwind: files would stay open, and a job's captures
/// lie on the caller's stack.
class CancellationDisabled {
 public:
  CancellationDisabled() noexcept;
  ~CancellationDisabled();
  CancellationDisabled(const CancellationDisabled&) = delete;
  CancellationDisabled& operator=(const CancellationDisabled&) = delete;

 private:
  int before_ = 0;
};

}  // namespace sluice::detail
