#include "os/isolated_thread.hpp"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <utility>

#include "os/cancellation.hpp"
#include "os/process_stamp.hpp"
#include "os/system_error.hpp"
#include "sluice/error.hpp"

namespace sluice::detail {
namespace {

constexpr std::chrono::seconds idleTime{1};
// Enough for system calls and small enough for a process whose memory is locked.
constexpr std::size_t stackSize = 256U << 10;

/// Gives the calling thread a descriptor table of its own with nothing in it. False where the
/// system refuses: then the table is the process's, and must stay as it is.
bool takeEmptyDescriptorTable() {
  // In one call, which filters allow that refuse unshare to processes without privileges.
  constexpr unsigned unshareFirst = 1U << 1;
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, 0U, ~0U, unshareFirst) == 0) return true;
#endif
  if (::unshare(CLONE_FILES) != 0) return false;
  const long most = std::min(::sysconf(_SC_OPEN_MAX), 65536L);
  for (int descriptor = 0; descriptor < most; ++descriptor)
    ::close(descriptor);
  return true;
}

/// Takes the numbers 0 to 2 with something that refuses to be written: what a library prints as an
/// error from within a job must not end up in a file.
void fillStandardDescriptors() {
  while (true) {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor >= 0 && descriptor <= STDERR_FILENO) continue;
    if (descriptor >= 0) ::close(descriptor);
    return;
  }
}

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

using Entry = void* (*)(void*);

/// An error number, or 0. The stack is small where the thread's own variables leave room in it.
int startDetached(bool isOrdinary, Entry entry, void* argument) noexcept {
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

Error cannotStart(const char* name, int number) {
  Error error = systemError("", std::string("thread (") + name + ")", number);
  constexpr int deadlinePolicy = 6;  // SCHED_DEADLINE, of <linux/sched.h>
  if (::sched_getscheduler(0) == deadlinePolicy)
    error.advice =
        "a thread under SCHED_DEADLINE starts no other: create and attach from an ordinary "
        "thread, or set SCHED_FLAG_RESET_ON_FORK";
  return error;
}

}  // namespace

struct IsolatedThread::State {
  std::mutex turn;  // one caller at a time
  std::mutex mutex;
  std::condition_variable changed;
  const char* name = "";
  Scheduling scheduling = Scheduling::asCaller;
  Duties duties;
  const std::function<void()>* job = nullptr;
  std::exception_ptr failure;
  ProcessStamp process = ProcessStamp::current();
  bool isRunning = false;
  bool isUnwanted = false;

  void start(const std::shared_ptr<State>& self);
  static void* enter(void* self);
  void serve();
};

/// With the turn in hand.
void IsolatedThread::State::start(const std::shared_ptr<State>& self) {
  const SignalsBlocked blocked;
  auto kept = std::make_unique<std::shared_ptr<State>>(self);
  int number = EPERM;
  if (scheduling == Scheduling::ordinary) number = startDetached(true, &State::enter, kept.get());
  // A filter may refuse what makes the thread an ordinary one; then it is as its caller.
  if (number == EPERM) number = startDetached(false, &State::enter, kept.get());
  if (number == 0) {
    static_cast<void>(kept.release());
    isRunning = true;
    return;
  }
  throw Exception(cannotStart(name, number));
}

void* IsolatedThread::State::enter(void* self) {
  const std::unique_ptr<std::shared_ptr<State>> state(static_cast<std::shared_ptr<State>*>(self));
  (*state)->serve();
  return nullptr;
}

void IsolatedThread::State::serve() {
#if !defined(SLUICE_LOOKS_FOR_LEAKS)
  thread_local ModulePin pin;
  pin.touched = true;
#endif
  ::pthread_setname_np(::pthread_self(), name);
  if (takeEmptyDescriptorTable()) fillStandardDescriptors();
  if (duties.begin) duties.begin();
  std::unique_lock lock(mutex);
  for (;;) {
    const auto isCalled = [this] { return job != nullptr || isUnwanted; };
    if (!duties.mayEnd)
      changed.wait(lock, isCalled);
    else if (!changed.wait_for(lock, idleTime, isCalled) && !duties.mayEnd())
      continue;
    if (job == nullptr) break;
    try {
      (*job)();
    } catch (...) {
      failure = std::current_exception();
    }
    job = nullptr;
    changed.notify_all();
  }
  isRunning = false;
  changed.notify_all();
}

IsolatedThread::IsolatedThread(const char* name, Scheduling scheduling, Duties duties)
    : state_(std::make_shared<State>()) {
  state_->name = name;
  state_->scheduling = scheduling;
  state_->duties = std::move(duties);
}

IsolatedThread::~IsolatedThread() {
  if (!state_->process.isCurrent()) return;
  std::unique_lock lock(state_->mutex);
  state_->isUnwanted = true;
  state_->changed.notify_all();
  state_->changed.wait(lock, [this] { return !state_->isRunning; });
}

void IsolatedThread::run(const std::function<void()>& job) {
  const CancellationDisabled whole;
  const std::lock_guard turn(state_->turn);
  std::unique_lock lock(state_->mutex);
  if (!state_->isRunning) state_->start(state_);
  state_->job = &job;
  state_->changed.notify_all();
  state_->changed.wait(lock, [this] { return state_->job == nullptr; });
  if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
}

}  // namespace sluice::detail
