#include "roles/awaited_name.hpp"

#include <chrono>
#include <string>

#include "os/directory.hpp"
#include "os/directory_watch.hpp"
#include "os/file_id.hpp"
#include "os/slice.hpp"
#include "sluice/detail/wait.hpp"

namespace sluice::detail {
namespace {

/// No futex tells of a new name: the sleep is the directory's watch, in slices, which end for a
/// stop and where there may be no watch.
class AwaitedName final : public Awaited {
 public:
  explicit AwaitedName(const SegmentPath& path) : path_(path.string()), watch_(path.directory) {}

  bool isReady() noexcept override { return fileIdOf(path_.c_str()).inode != 0; }
  Status checkPeer() override { return Status::ok; }
  FutexExpectation arm() noexcept override { return {}; }
  void sleep(const FutexExpectation*, std::size_t, TimePoint until) noexcept override {
    static_cast<void>(watch_.wait(until));
  }
  TimePoint lookAgainAt() const noexcept override {
    return std::chrono::steady_clock::now() + fallbackSlice;
  }
  void interrupt() noexcept override {}

 private:
  std::string path_;
  DirectoryWatch watch_;
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
