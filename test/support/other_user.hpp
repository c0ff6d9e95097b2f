// A child with other rights than the test's own.
#pragma once

#include <sched.h>
#include <sys/mount.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace sluice::testing {

/// Exit status of a child that could not try what it was to try.
inline constexpr int notPermitted = 98;

/// Gives up every privilege; a process without any keeps its user.
inline void becomeAnotherUser() {
  constexpr uid_t nobody = 65534;
  if (::geteuid() != 0) return;
  if (::setresgid(nobody, nobody, nobody) == 0 && ::setresuid(nobody, nobody, nobody) == 0) return;
  std::perror("setresuid");
  std::_Exit(EXIT_FAILURE);
}

/// Mounts a tmpfs there that only the calling process and its children see; false where that is
/// not permitted.
inline bool mountTinyFileSystem(const std::string& directory, const std::string& options) {
  const bool ownMounts = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
  return ownMounts && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("none", directory.c_str(), "tmpfs", 0, options.c_str()) == 0;
}

}  // namespace sluice::testing
