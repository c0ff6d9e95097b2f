#include "os/isolated_thread.hpp"

#include <pthread.h>
#include <sched.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <utility>

#include "os/cancellation.hpp"
#include "os/detached_thread.hpp"
#include "os/own_descriptors.hpp"
#include "os/process_stamp.hpp"
#include "os/system_error.hpp"
#include "sluice/error.hpp"

namespace sluice::detail {
namespace {

constexpr std::chrono::seconds idleTime{1};

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
  beginThread(name);
  takeOwnDescriptors();
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
