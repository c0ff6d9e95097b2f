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

/// What happens to who makes the call.
struct Refusal {
  std::uint32_t action;

  static constexpr Refusal withError(int number) {
    return {SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(number)};
  }
  static constexpr Refusal byDeath() { return {SECCOMP_RET_KILL_PROCESS}; }
};

/// From now on the calling thread, and every thread and process that it starts, is refused the
/// call; with `flag`, only where the argument of that index has the flag. There is no way back,
/// so this is for a child. Ends the process when the kernel has no filters.
inline void forbidSystemCall(long number, Refusal refusal, unsigned argument = 0,
                             std::uint32_t flag = 0) {
  const auto argumentOffset =
      static_cast<std::uint32_t>(offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t));
  const auto call = static_cast<std::uint32_t>(number);
  std::array<sock_filter, 6> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argumentOffset),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flag, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refusal.action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  // No bit is ever set in a flag of 0: then the call alone decides.
  if (flag == 0) program[3] = BPF_STMT(BPF_JMP | BPF_JA, 0);
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0)
    return;
  std::perror("seccomp");
  std::_Exit(EXIT_FAILURE);
}

}  // namespace sluice::testing
