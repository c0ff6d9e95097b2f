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
#include "os/detached_thread.hpp"
#include "os/process_stamp.hpp"
#include "os/system_error.hpp"
#include "sluice/error.hpp"

namespace sluice::detail {
namespace {

constexpr std::chrono::seconds idleTime{1};

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
  auto kept = std::make_unique<std::shared_ptr<State>>(self);
  const int number = startDetached(scheduling, &State::enter, kept.get());
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
