#include "support/child_process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace sluice::bench {

ChildProcess::ChildProcess(const std::function<void()>& run) {
  // What is not written yet would be written by both.
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ != 0) return;
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  try {
    run();
    ::_exit(0);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "a child: %s\n", exception.what());
    ::_exit(1);
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill();
  ::waitpid(pid_, nullptr, 0);
}

void ChildProcess::kill() const noexcept {
  ::kill(pid_, SIGKILL);
}

void ChildProcess::terminate() noexcept {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

bool ChildProcess::isAsleepIn(long systemCall) const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/syscall");
  std::string number;
  file >> number;
  return number == std::to_string(systemCall);
}

void ChildProcess::mustRun() const {
  siginfo_t status{};
  const int looked = ::waitid(P_PID, static_cast<id_t>(pid_), &status, WEXITED | WNOHANG | WNOWAIT);
  if (looked != 0 || status.si_pid != 0) throw std::runtime_error("a child ended too early");
}

void ChildProcess::mustSucceed() {
  constexpr int patience = 60'000;
  // Where the kernel has no such descriptors, it is waited for without a limit.
  const auto descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd ended{descriptor, POLLIN, 0};
  const bool isLate = descriptor >= 0 && ::poll(&ended, 1, patience) == 0;
  ::close(descriptor);
  if (isLate) throw std::runtime_error("a child did not end within a minute");
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  if (status != 0) throw std::runtime_error("a child failed");
}

}  // namespace sluice::bench
