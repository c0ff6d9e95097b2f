#include "os/detached_thread.hpp"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <cerrno>
#include <cstddef>
#include <initializer_list>

namespace sluice::detail {
namespace {

// Enough for system calls and small enough for a process whose memory is locked.
constexpr std::size_t stackSize = 256U << 10;

using Entry = void* (*)(void*);

/// Blocks every signal of the calling thread, and so of the threads that it starts.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

void makeOrdinary(pthread_attr_t& attributes) {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (unsigned processor = 0; processor < CPU_SETSIZE; ++processor)
    CPU_SET(processor, &all);
  const sched_param none{};
  ::pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
  ::pthread_attr_setschedpolicy(&attributes, SCHED_OTHER);
  ::pthread_attr_setschedparam(&attributes, &none);
  ::pthread_attr_setaffinity_np(&attributes, sizeof all, &all);
}

/// An error number, or 0.
int start(bool isOrdinary, Entry entry, void* argument) noexcept {
  int number = EINVAL;
  for (const bool isSmall : {true, false}) {
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (isSmall) ::pthread_attr_setstacksize(&attributes, stackSize);
    if (isOrdinary) makeOrdinary(attributes);
    pthread_t thread{};
    number = ::pthread_create(&thread, &attributes, entry, argument);
    ::pthread_attr_destroy(&attributes);
    if (number != EINVAL) break;
  }
  return number;
}

#if defined(__SANITIZE_ADDRESS__)
#define SLUICE_LOOKS_FOR_LEAKS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLUICE_LOOKS_FOR_LEAKS
#endif
#endif

/// The C library unloads no module that a living thread still has such an object of. So a plug-in
/// that is closed stays, as long as its thread runs. (In a forked child LeakSanitizer takes what
/// the C library keeps for it for lost.)
struct ModulePin {
  ~ModulePin() { touched = false; }
  bool touched = false;
};

}  // namespace

int startDetached(Scheduling scheduling, Entry entry, void* argument) noexcept {
  const SignalsBlocked blocked;
  int number = EPERM;
  if (scheduling == Scheduling::ordinary) number = start(true, entry, argument);
  if (number == EPERM) number = start(false, entry, argument);
  return number;
}

void beginThread(const char* name) noexcept {
#if !defined(SLUICE_LOOKS_FOR_LEAKS)
  thread_local ModulePin pin;
  pin.touched = true;
#endif
  ::pthread_setname_np(::pthread_self(), name);
}

}  // namespace sluice::detail
