#include "os/own_descriptors.hpp"

#include <sched.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace sluice::detail {
namespace {

/// Gives the calling thread a descriptor table of its own with nothing in it. False where the
/// system refuses: then the table is the process's, and must stay as it is.
bool takeEmptyDescriptorTable() noexcept {
  // In one call, which filters allow that refuse unshare to processes without privileges.
  constexpr unsigned unshareFirst = 1U << 1;
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, 0U, ~0U, unshareFirst) == 0) return true;
#endif
  if (::unshare(CLONE_FILES) != 0) return false;
  const long most = std::min(::sysconf(_SC_OPEN_MAX), 65536L);
  for (int descriptor = 0; descriptor < most; ++descriptor)
    ::close(descriptor);
  return true;
}

/// Takes the numbers 0 to 2 with something that refuses to be written: what a library prints as an
/// error from within a job must not end up in a file.
void fillStandardDescriptors() noexcept {
  while (true) {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor >= 0 && descriptor <= STDERR_FILENO) continue;
    if (descriptor >= 0) ::close(descriptor);
    return;
  }
}

}  // namespace

void takeOwnDescriptors() noexcept {
  if (takeEmptyDescriptorTable()) fillStandardDescriptors();
}

}  // namespace sluice::detail
