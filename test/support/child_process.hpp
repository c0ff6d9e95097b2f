// Another process, for what is promised across processes.
#pragma once

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "support/emulator.hpp"
#include "support/eventually.hpp"
#include "support/sanitizers.hpp"

namespace sluice::testing {

/// All other threads of the process are.
inline bool areOthersAsleep() {
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(thread.path() / "stat");
    std::string stat;
    // A thread may have ended meanwhile.
    if (thread.path().filename() == std::to_string(::gettid()) || !std::getline(file, stat))
      continue;
    const std::size_t state = stat.rfind(") ");
    if (state != std::string::npos && stat[state + 2] != 'S') return false;
  }
  return true;
}

/// ThreadSanitizer's allocator, and a lock of qemu-user's, stay locked in the child when another
/// thread has them at the fork. So the fork waits a little until none of them runs.
inline pid_t forkBesideSleepers() {
  using std::chrono::milliseconds;
  if constexpr (underThreadSanitizer || underEmulator)
    static_cast<void>(eventually(areOthersAsleep, milliseconds(100)));
  return ::fork();
}

/// Runs a function in a forked child; the int that it returns is the exit status, 99 for an
/// exception. Killed and reaped at the end, whatever it does.
class ChildProcess {
 public:
  static constexpr int timedOut = -1;
  static constexpr int thrown = 99;

  template <class Run>
  explicit ChildProcess(Run run) : pid_(forkBesideSleepers()) {
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ != 0) return;
    try {
      ::_exit(run());
    } catch (const std::exception& exception) {
      std::fprintf(stderr, "child: %s\n", exception.what());
      ::_exit(thrown);
    }
  }
  ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const noexcept { return pid_; }
  void signal(int number) const noexcept { ::kill(pid_, number); }

  /// The exit status, minus the signal's number (and 1000) for a killed one, or timedOut.
  int wait(std::chrono::seconds within = std::chrono::seconds(100)) {
    int status = 0;
    const bool ended =
        eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }, within);
    if (!ended) return timedOut;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1000 - WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

/// A number that a test and its children share. Make it before the fork.
class SharedNumber {
 public:
  SharedNumber()
      : number_(new (::mmap(nullptr, sizeof(std::atomic<std::uint64_t>), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0)) std::atomic<std::uint64_t>(0)) {}
  ~SharedNumber() { ::munmap(number_, sizeof(*number_)); }
  SharedNumber(const SharedNumber&) = delete;
  SharedNumber& operator=(const SharedNumber&) = delete;

  std::atomic<std::uint64_t>& operator*() const noexcept { return *number_; }
  void set(std::uint64_t value) const noexcept { number_->store(value, std::memory_order_release); }
  std::uint64_t get() const noexcept { return number_->load(std::memory_order_acquire); }
  /// Waits until it is at least that.
  bool reaches(std::uint64_t value) const {
    return eventually([&] { return get() >= value; });
  }

 private:
  std::atomic<std::uint64_t>* number_;
};

}  // namespace sluice::testing
