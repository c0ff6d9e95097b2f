#include "os/ready_pipe.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <initializer_list>

#include "sluice/detail/descriptor_copy.hpp"

// What the readiness thread does with its own descriptor table are bare system calls:
// ThreadSanitizer takes equal numbers in two tables for one descriptor.
namespace sluice::detail {

CallFailure makeReadyPipe(ReadyPipe& pipe) noexcept {
  std::array<int, 2> ends{};
  if (::syscall(SYS_pipe2, ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return {"pipe2", errno};
  pipe = {ends[0], ends[1]};
  return {};
}

void closeReadyPipe(ReadyPipe& pipe) noexcept {
  for (const int end : {pipe.readEnd, pipe.writeEnd})
    if (end >= 0) ::syscall(SYS_close, end);
  pipe = {};
}

CallFailure openReadyPipe(int thread, int readEnd, int& descriptor) noexcept {
  std::array<char, 64> path{};
  std::snprintf(path.data(), path.size(), "/proc/self/task/%d/fd/%d", thread, readEnd);
  descriptor = ::open(path.data(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return {"open of a pipe in /proc", errno};
  return {};
}

void ringReadyPipe(int descriptor) noexcept {
  const char news = 1;
  // Where it has no room, it is readable.
  while (::syscall(SYS_write, descriptor, &news, 1) < 0 && errno == EINTR) {
  }
}

void clearReadyPipe(int descriptor) noexcept {
  std::array<char, 64> news;
  for (;;) {
    const ssize_t count = ::read(descriptor, news.data(), news.size());
    const bool mayHaveMore = count == static_cast<ssize_t>(news.size());
    if (!mayHaveMore && !(count < 0 && errno == EINTR)) return;
  }
}

int copyDescriptor(int descriptor, int& error) noexcept {
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) error = errno;
  return copy;
}

void closeReadyDescriptor(int descriptor) noexcept {
  if (descriptor >= 0) ::close(descriptor);
}

int numberOfThisThread() noexcept {
  return static_cast<int>(::syscall(SYS_gettid));
}

}  // namespace sluice::detail
