#include "liveness/keeper.hpp"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "os/process_stamp.hpp"
#include "os/system_error.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {
namespace {

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
/// error from within a job must not end up in a segment.
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

}  // namespace

struct Keeper::State {
  std::mutex turn;  // one caller at a time
  std::mutex mutex;
  std::condition_variable changed;
  const std::function<void()>* job = nullptr;
  std::exception_ptr failure;
  ProcessStamp process = ProcessStamp::current();
  bool unwanted = false;
  RobustList deaths;
  const Keeper* inherited = nullptr;  // keeps a parent's reachable: leaked, but not lost

  void serve() {
    ::pthread_setname_np(::pthread_self(), "sluice-keeper");
    if (takeEmptyDescriptorTable()) fillStandardDescriptors();
    deaths.install();
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return job != nullptr || unwanted; });
      if (unwanted) return;
      try {
        (*job)();
      } catch (...) {
        failure = std::current_exception();
      }
      job = nullptr;
      changed.notify_all();
    }
  }
};

Keeper::Keeper() : state_(std::make_shared<State>()) {
  const SignalsBlocked blocked;
  try {
    std::thread([state = state_] { state->serve(); }).detach();
  } catch (const std::system_error& failure) {
    Error error = systemError("", "keeper thread", failure.code().value());
    error.advice = "raise the limit on threads (ulimit -u, or the container's pids limit)";
    throw Exception(std::move(error));
  }
}

Keeper::~Keeper() {
  const std::lock_guard lock(state_->mutex);
  state_->unwanted = true;
  state_->changed.notify_all();
}

Keeper& Keeper::ofThisProcess() {
  // Never destroyed: the kernel ends the thread with the process. A child that was forked at any
  // moment finds its parent's keeper here, and leaves it alone.
  static std::atomic<Keeper*> current{nullptr};
  Keeper* seen = current.load(std::memory_order_acquire);
  while (seen == nullptr || !seen->state_->process.isCurrent()) {
    std::unique_ptr<Keeper> fresh(new Keeper);
    fresh->state_->inherited = seen;
    if (current.compare_exchange_strong(seen, fresh.get(), std::memory_order_acq_rel,
                                        std::memory_order_acquire))
      return *fresh.release();
  }
  return *seen;
}

RobustList& Keeper::robustList() noexcept {
  return state_->deaths;
}

void Keeper::run(const std::function<void()>& job) {
  const std::lock_guard turn(state_->turn);
  std::unique_lock lock(state_->mutex);
  state_->job = &job;
  state_->changed.notify_all();
  state_->changed.wait(lock, [this] { return state_->job == nullptr; });
  if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
}

}  // namespace sluice::detail
