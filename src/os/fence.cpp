#include "sluice/detail/fence.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sluice::detail {
namespace {

enum class Registration : int { unknown, done, impossible };
std::atomic<Registration> registration{Registration::unknown};

Registration registerNow() noexcept {
  constexpr long needed =
      MEMBARRIER_CMD_GLOBAL_EXPEDITED | MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED;
  const long offered = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  if (offered < 0 || (offered & needed) != needed) return Registration::impossible;
  const long result = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0);
  return result == 0 ? Registration::done : Registration::impossible;
}

}  // namespace

bool registerForMembarrier() noexcept {
  Registration state = registration.load(std::memory_order_acquire);
  if (state == Registration::unknown) {
    // Registering twice is harmless, so threads that meet here need no lock.
    state = registerNow();
    registration.store(state, std::memory_order_release);
  }
  return state == Registration::done;
}

bool membarrierGlobalExpedited() noexcept {
  return syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0) == 0;
}

}  // namespace sluice::detail
