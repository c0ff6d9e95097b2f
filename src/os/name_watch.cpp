#include "os/name_watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

namespace sluice::detail {

NameWatch::NameWatch(const SegmentPath& path)
    : name_(path.string()), descriptor_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (descriptor_ >= 0)
    ::inotify_add_watch(descriptor_, path.directory.c_str(), IN_CREATE | IN_MOVED_TO);
}

NameWatch::~NameWatch() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool NameWatch::nameExists() const noexcept {
  struct stat status {};
  return ::lstat(name_.c_str(), &status) == 0;
}

void NameWatch::wait(TimePoint until) const noexcept {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      std::max(until - std::chrono::steady_clock::now(), TimePoint::duration::zero()));
  pollfd watched{descriptor_, POLLIN, 0};
  // poll() skips a negative descriptor.
  ::poll(&watched, 1, static_cast<int>(left.count()));
  std::array<char, 4096> events;
  while (descriptor_ >= 0 && ::read(descriptor_, events.data(), events.size()) > 0) {
  }
}

}  // namespace sluice::detail
