#include "roles/awaited_name.hpp"

#include <chrono>

#include "os/name_watch.hpp"
#include "os/slice.hpp"
#include "sluice/detail/wait.hpp"

namespace sluice::detail {
namespace {

/// No futex tells of a new name: the sleep is the directory's watch, in slices, which end for a
/// stop and where there may be no watch.
class AwaitedName final : public Awaited {
 public:
  explicit AwaitedName(const SegmentPath& path) : watch_(path) {}

  bool isReady() noexcept override { return watch_.nameExists(); }
  Status checkPeer() override { return Status::ok; }
  FutexExpectation arm() noexcept override { return {}; }
  void sleep(const FutexExpectation*, std::size_t, TimePoint until) noexcept override {
    watch_.wait(until);
  }
  TimePoint lookAgainAt() const noexcept override {
    return std::chrono::steady_clock::now() + fallbackSlice;
  }
  void interrupt() noexcept override {}

 private:
  NameWatch watch_;
};

Error neverThere(const SegmentPath& path, Status status) {
  const bool stopped = status == Status::stopped;
  return {stopped ? ErrorCode::stopped : ErrorCode::timedOut,
          path.string(),
          "name",
          stopped ? "a stop was asked for" : "none within the limit",
          "a segment of that name",
          stopped ? "start the producer first" : "start the producer, or allow more time"};
}

}  // namespace

Result<void> waitForSegment(const SegmentPath& path, const WaitLimit& limit) {
  if (auto there = checkDirectory(path); !there) return there;
  AwaitedName name(path);
  const Status status = waitFor(name, WaitStrategy::sleepAtOnce(), limit);
  if (status == Status::ok) return {};
  return neverThere(path, status);
}

}  // namespace sluice::detail
