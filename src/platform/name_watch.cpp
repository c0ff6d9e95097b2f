#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sluice/platform/segment_file.hpp"

namespace sluice::platform {
namespace {

constexpr std::chrono::milliseconds lookAgain{250};

bool exists(const SegmentPath& path) {
  struct stat status {};
  return ::lstat(path.string().c_str(), &status) == 0;
}

/// An inotify descriptor, closed at the end. The kernel may refuse one (a user has few); then
/// waiting is no more than sleeping.
class DirectoryWatch {
 public:
  explicit DirectoryWatch(const std::string& directory)
      : descriptor_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (descriptor_ >= 0)
      ::inotify_add_watch(descriptor_, directory.c_str(), IN_CREATE | IN_MOVED_TO);
  }
  ~DirectoryWatch() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

  /// Sleeps until anything was created there or the time is over.
  void wait(TimePoint until) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        std::max(until - std::chrono::steady_clock::now(), TimePoint::duration::zero()));
    pollfd watched{descriptor_, POLLIN, 0};
    // poll() skips a negative descriptor.
    ::poll(&watched, 1, static_cast<int>(left.count()));
    std::array<char, 4096> events;
    while (descriptor_ >= 0 && ::read(descriptor_, events.data(), events.size()) > 0) {
    }
  }

 private:
  int descriptor_;
};

}  // namespace

Result<bool> waitForName(const SegmentPath& path, TimePoint deadline) {
  struct stat directory {};
  if (::stat(path.directory.c_str(), &directory) != 0)
    return systemError(path.string(), "directory", errno);
  const DirectoryWatch watch(path.directory);
  for (;;) {
    if (exists(path)) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return false;
    watch.wait(std::min(now + lookAgain, deadline));
  }
}

}  // namespace sluice::platform
