// A process that may not make some system call, as in a container or on an older kernel.
#pragma once

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace sluice::testing {

/// What happens to a process that makes the call.
struct Refusal {
  std::uint32_t action;

  static constexpr Refusal withError(int number) {
    return {SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(number)};
  }
  static constexpr Refusal byDeath() { return {SECCOMP_RET_KILL_PROCESS}; }
};

/// False under qemu-user.
inline bool canFilterSystemCalls() {
  return ::prctl(PR_GET_SECCOMP) >= 0;
}

/// Installs the filter for the calling thread and every thread and process that it starts. There
/// is no way back, so this is for a child. Ends the process when the kernel has no filters.
template <std::size_t length>
void install(std::array<sock_filter, length> program) {
  const sock_fprog filter{static_cast<unsigned short>(length), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0)
    return;
  std::perror("seccomp");
  std::_Exit(EXIT_FAILURE);
}

/// Refuses the call from now on.
inline void forbidSystemCall(long number, Refusal refusal) {
  install(std::array<sock_filter, 4>{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refusal.action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }});
}

/// Refuses every other call from now on.
inline void forbidAllSystemCallsBut(long number, Refusal refusal) {
  install(std::array<sock_filter, 4>{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, refusal.action),
  }});
}

/// Refuses the call where its argument of that index, counted from 0, is this value.
inline void forbidArgument(long number, Refusal refusal, unsigned index, std::uint32_t value) {
  const std::size_t argument = offsetof(seccomp_data, args) + index * sizeof(std::uint64_t);
  install(std::array<sock_filter, 6>{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(argument)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refusal.action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }});
}

}  // namespace sluice::testing
