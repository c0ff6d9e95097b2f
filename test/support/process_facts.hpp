// What the kernel says of a process.
#pragma once

#include <sys/syscall.h>
#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/eventually.hpp"

namespace sluice::testing {

/// The calling process's open descriptors.
inline std::ptrdiff_t openDescriptors() {
  // The iteration has one open too, always.
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

/// The threads of the calling process that have that name.
inline std::vector<pid_t> threadsOfName(const std::string& name) {
  std::vector<pid_t> all;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(thread.path() / "comm");
    std::string its;
    std::getline(file, its);
    if (its == name) all.push_back(static_cast<pid_t>(std::stol(thread.path().filename())));
  }
  return all;
}

/// How many they are.
inline int threadsNamed(const std::string& name) {
  return static_cast<int>(threadsOfName(name).size());
}

/// What the kernel calls that system call: under an emulator, by the number of the host.
inline bool isNumberOf(const std::string& number, long systemCall) {
#if !defined(__x86_64__)
  if (systemCall == SYS_futex && number == "202") return true;
  if (systemCall == SYS_ppoll && number == "271") return true;
#endif
  return number == std::to_string(systemCall);
}

/// True while the process's first thread is blocked in that system call.
inline bool isBlockedIn(pid_t process, long systemCall) {
  std::ifstream file("/proc/" + std::to_string(process) + "/syscall");
  std::string number;
  file >> number;
  return isNumberOf(number, systemCall);
}

/// True while it sleeps on a futex, or on several.
inline bool isAsleepOnFutex(pid_t process) {
  constexpr long futexWaitv = 449;
  return isBlockedIn(process, futexWaitv) || isBlockedIn(process, SYS_futex);
}

/// True once it does.
inline bool fallsAsleep(pid_t process) {
  return eventually([process] { return isAsleepOnFutex(process); });
}

}  // namespace sluice::testing
