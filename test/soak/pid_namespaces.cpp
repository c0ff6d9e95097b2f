#include "pid_namespaces.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

namespace sluice::soak {
namespace {

int checked(int result, const char* what) {
  if (result >= 0) return result;
  throw std::system_error(errno, std::system_category(), what);
}

/// Gets a process without privilege one that counts in a user namespace of its own, where it keeps
/// its user.
void enterUserNamespace() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  checked(::unshare(CLONE_NEWUSER), "a user namespace");
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << fmt::format("{0} {0} 1", user);
  std::ofstream("/proc/self/gid_map") << fmt::format("{0} {0} 1", group);
}

/// A process in a new namespace that does nothing until it is killed.
pid_t startIdleProcess() {
  const long child =
      ::syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child != 0) return static_cast<pid_t>(child);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;)
    ::pause();
}

}  // namespace

PidNamespaces::PidNamespaces() {
  try {
    for (Namespace& each : both_)
      begin(each);
  } catch (...) {
    end();
    throw;
  }
}

void PidNamespaces::begin(Namespace& each) {
  each.firstProcess = startIdleProcess();
  if (each.firstProcess < 0) {
    enterUserNamespace();
    each.firstProcess = checked(startIdleProcess(), "a pid namespace");
  }
  const std::string path = fmt::format("/proc/{}/ns/pid", each.firstProcess);
  each.descriptor = checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open");
}

PidNamespaces::~PidNamespaces() {
  end();
}

void PidNamespaces::choose(std::size_t which) const {
  checked(::setns(both_[which].descriptor, CLONE_NEWPID), "setns");
}

void PidNamespaces::end() noexcept {
  for (const Namespace& each : both_) {
    if (each.firstProcess > 0) {
      ::kill(each.firstProcess, SIGKILL);
      ::waitpid(each.firstProcess, nullptr, 0);
    }
    if (each.descriptor >= 0) ::close(each.descriptor);
  }
}

}  // namespace sluice::soak
