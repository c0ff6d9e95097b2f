// What the platform does where the kernel, or a filter, lacks a system call.
// usage: refused_calls futex_waitv|membarrier|futex_waitv-later|membarrier-later ENOSYS|EPERM
#include <poll.h>
#include <sys/syscall.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "os/futex.hpp"
#include "sluice/detail/fence.hpp"
#include "support/system_call_filter.hpp"

namespace {

using namespace std::chrono_literals;
using namespace sluice::detail;
using Clock = std::chrono::steady_clock;

constexpr long futexWaitvCall = 449;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "refused_calls: not so: %s\n", what);
  std::_Exit(EXIT_FAILURE);
}

void sleepWithoutWaitv() {
  std::atomic<std::uint32_t> first{0};
  std::atomic<std::uint32_t> second{0};
  const std::array<FutexExpectation, 2> both{{{&first, 0}, {&second, 0}}};
  require(!sleepsOnSeveralWords(), "it is said to be missing");

  const auto deadline = Clock::now() + 30ms;
  while (sleepOn(both, deadline) == Sleep::woken) {
  }
  require(Clock::now() >= deadline, "a deadline is kept");

  std::atomic<bool> awake{false};
  std::thread waker([&] {
    while (!awake.load(std::memory_order_acquire)) {
      wakeAll(&first);
      ::poll(nullptr, 0, 1);
    }
  });
  require(sleepOn(both, forever) == Sleep::woken, "the first word wakes");
  awake.store(true, std::memory_order_release);
  waker.join();

  first.store(1, std::memory_order_relaxed);
  require(sleepOn(both, forever) == Sleep::woken, "a first word that differs ends the sleep");
}

/// A filter that is put on once the call has been tried.
void sleepBeyondALateFilter(sluice::testing::Refusal refusal) {
  require(sleepsOnSeveralWords(), "this kernel has futex_waitv");
  sluice::testing::forbidSystemCall(futexWaitvCall, refusal);
  const std::atomic<std::uint32_t> word{0};
  const std::array<FutexExpectation, 2> both{{{&word, 0}, {&word, 0}}};
  int wakes = 0;
  while (sleepOn(both, Clock::now() + 30ms) == Sleep::woken)
    ++wakes;
  require(wakes <= 1, "one sleep ends early, not each");
  require(!sleepsOnSeveralWords(), "it is said to be missing from then on");
}

void fenceBehindALateFilter(sluice::testing::Refusal refusal) {
  require(registerForMembarrier(), "this kernel has membarrier");
  require(heavyFence(sluice::WakeProtocol::membarrier), "a fence is a fence");
  sluice::testing::forbidSystemCall(SYS_membarrier, refusal);
  require(!heavyFence(sluice::WakeProtocol::membarrier), "a refused fence is said to be none");
  require(heavyFence(sluice::WakeProtocol::fence), "the other protocol needs no call");
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return EXIT_FAILURE;
  const std::string call = words[1];
  const int number = std::string(words[2]) == "EPERM" ? EPERM : ENOSYS;
  const auto refusal = sluice::testing::Refusal::withError(number);
  if (call == "futex_waitv") {
    sluice::testing::forbidSystemCall(futexWaitvCall, refusal);
    sleepWithoutWaitv();
  } else if (call == "futex_waitv-later") {
    sleepBeyondALateFilter(refusal);
  } else if (call == "membarrier-later") {
    fenceBehindALateFilter(refusal);
  } else {
    sluice::testing::forbidSystemCall(SYS_membarrier, refusal);
    require(!registerForMembarrier(), "membarrier is said to be missing");
    require(!registerForMembarrier(), "and again");
  }
}
