#include "waiting/ready_descriptor.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "os/cancellation.hpp"
#include "os/detached_thread.hpp"
#include "os/futex.hpp"
#include "os/own_descriptors.hpp"
#include "os/ready_pipe.hpp"
#include "os/slice.hpp"

namespace sluice::detail {

/// What the readiness thread knows of one descriptor. Guarded by its mutex.
struct ReadyDescriptor::Bell {
  ReadyPipe pipe;
  CallFailure failure;
  bool isOpen = false;
  bool isUnwanted = false;
  bool isRung = false;
  bool isArmed = false;
  std::vector<WatchedWord> words;
  TimePoint at = forever;
};

/// The one thread of a process that makes descriptors readable. It runs while there are any.
class ReadyDescriptor::Thread {
 public:
  /// A forked child gets its own. Never destroyed: a process may end at any moment.
  static Thread& ofThisProcess() noexcept;

  Result<ReadyDescriptor> open();
  void close(Bell& bell) noexcept;
  void clear(Bell& bell, int number) noexcept;
  void ring(Bell& bell, int number) noexcept;
  void ringWhen(Bell& bell, std::span<const WatchedWord> words, TimePoint at);

 private:
  using Lock = std::unique_lock<std::mutex>;

  Thread() = default;
  int start();
  static void* enter(void* self);
  void serve();
  void serveRequests();
  void ringWhatChanged();
  void sleep(Lock& lock);
  void change(Lock& lock) noexcept;

  ProcessStamp process_ = ProcessStamp::current();
  const Thread* inherited_ = nullptr;  // keeps a parent's reachable: leaked, but not lost
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Bell>> bells_;
  std::atomic<std::uint32_t> control_{0};  // raised at each change by another thread
  int number_ = 0;
  bool isRunning_ = false;
};

ReadyDescriptor::Thread& ReadyDescriptor::Thread::ofThisProcess() noexcept {
  static std::atomic<Thread*> current{nullptr};
  Thread* seen = current.load(std::memory_order_acquire);
  while (seen == nullptr || !seen->process_.isCurrent()) {
    std::unique_ptr<Thread> fresh(new Thread);
    fresh->inherited_ = seen;
    if (current.compare_exchange_strong(seen, fresh.get(), std::memory_order_acq_rel,
                                        std::memory_order_acquire))
      return *fresh.release();
  }
  return *seen;
}

Result<ReadyDescriptor> ReadyDescriptor::Thread::open() {
  const CancellationDisabled whole;
  auto bell = std::make_shared<Bell>();
  Lock lock(mutex_);
  bells_.push_back(bell);
  if (!isRunning_) {
    if (const int failed = start(); failed != 0) {
      bells_.pop_back();
      return systemError("", "thread (sluice-ready)", failed);
    }
  }
  change(lock);
  lock.lock();
  changed_.wait(lock, [&bell] { return bell->isOpen || bell->failure; });
  int number = -1;
  if (!bell->failure) bell->failure = openReadyPipe(number_, bell->pipe.readEnd, number);
  if (bell->failure) {
    bell->isUnwanted = true;
    change(lock);
    return systemError("", bell->failure.call, bell->failure.number);
  }
  return ReadyDescriptor(number, std::move(bell));
}

/// With the lock in hand; 0, or an error number.
int ReadyDescriptor::Thread::start() {
  const int failed = startDetached(Scheduling::ordinary, &Thread::enter, this);
  isRunning_ = failed == 0;
  return failed;
}

void* ReadyDescriptor::Thread::enter(void* self) {
  static_cast<Thread*>(self)->serve();
  return nullptr;
}

void ReadyDescriptor::Thread::serve() {
  beginThread("sluice-ready");
  takeOwnDescriptors();
  Lock lock(mutex_);
  number_ = numberOfThisThread();
  for (;;) {
    serveRequests();
    if (bells_.empty()) break;
    ringWhatChanged();
    sleep(lock);
  }
  isRunning_ = false;
}

/// The ends of the pipes are opened and closed where they are: in this thread's table.
void ReadyDescriptor::Thread::serveRequests() {
  std::erase_if(bells_, [](const std::shared_ptr<Bell>& bell) {
    if (!bell->isUnwanted) return false;
    closeReadyPipe(bell->pipe);
    return true;
  });
  for (const auto& bell : bells_) {
    if (bell->isOpen || bell->failure) continue;
    bell->failure = makeReadyPipe(bell->pipe);
    bell->isOpen = !bell->failure;
  }
  changed_.notify_all();
}

void ReadyDescriptor::Thread::ringWhatChanged() {
  const TimePoint now = std::chrono::steady_clock::now();
  for (const auto& bell : bells_) {
    if (!bell->isArmed) continue;
    bool isOver = now >= bell->at;
    for (const WatchedWord& watched : bell->words) {
      if (valueOf(watched.word) == watched.word.value) continue;
      isOver = true;
      if (watched.isLifeline) wakeAll(watched.word.word);
    }
    if (!isOver) continue;
    bell->isArmed = false;
    bell->isRung = true;
    ringReadyPipe(bell->pipe.writeEnd);
  }
}

/// Where there are more words than the kernel can sleep on, the others are looked at in slices.
void ReadyDescriptor::Thread::sleep(Lock& lock) {
  std::array<FutexExpectation, maxFutexWords> words;
  std::size_t count = 0;
  words[count++] = {&control_, control_.load(std::memory_order_relaxed)};
  TimePoint until = forever;
  bool isWhole = true;
  for (const auto& bell : bells_) {
    if (!bell->isArmed) continue;
    until = std::min(until, bell->at);
    for (const WatchedWord& watched : bell->words) {
      if (count == words.size() || (count > 0 && !sleepsOnSeveralWords()))
        isWhole = false;
      else
        words[count++] = watched.word;
    }
  }
  if (!isWhole) until = std::min(until, std::chrono::steady_clock::now() + lookingSlice);
  lock.unlock();
  sleepOn(std::span(words.data(), count), until);  // [W5] pairs with [P4] [R1]
  lock.lock();
}

/// After a change by another thread: gives the lock up, so that the thread finds it free.
void ReadyDescriptor::Thread::change(Lock& lock) noexcept {
  control_.fetch_add(1, std::memory_order_relaxed);
  lock.unlock();
  wakeAll(&control_);
}

void ReadyDescriptor::Thread::close(Bell& bell) noexcept {
  Lock lock(mutex_);
  bell.isArmed = false;
  bell.isUnwanted = true;
  change(lock);
}

void ReadyDescriptor::Thread::clear(Bell& bell, int number) noexcept {
  const Lock lock(mutex_);
  bell.isArmed = false;
  if (std::exchange(bell.isRung, false)) clearReadyPipe(number);
}

void ReadyDescriptor::Thread::ring(Bell& bell, int number) noexcept {
  const Lock lock(mutex_);
  bell.isArmed = false;
  if (!std::exchange(bell.isRung, true)) ringReadyPipe(number);
}

void ReadyDescriptor::Thread::ringWhen(Bell& bell, std::span<const WatchedWord> words,
                                       TimePoint at) {
  Lock lock(mutex_);
  bell.words.assign(words.begin(), words.end());
  bell.at = at;
  bell.isArmed = true;
  change(lock);
}

Result<ReadyDescriptor> ReadyDescriptor::open() {
  return Thread::ofThisProcess().open();
}

ReadyDescriptor::ReadyDescriptor(int number, std::shared_ptr<Bell> bell) noexcept
    : number_(number), bell_(std::move(bell)) {}
ReadyDescriptor::ReadyDescriptor(ReadyDescriptor&& other) noexcept
    : number_(std::exchange(other.number_, -1)),
      bell_(std::move(other.bell_)),
      process_(other.process_) {}

ReadyDescriptor::~ReadyDescriptor() {
  if (bell_ == nullptr || isInherited()) return;
  Thread::ofThisProcess().close(*bell_);
  closeReadyDescriptor(number_);
}

void ReadyDescriptor::clear() noexcept {
  Thread::ofThisProcess().clear(*bell_, number_);
}
void ReadyDescriptor::ring() noexcept {
  Thread::ofThisProcess().ring(*bell_, number_);
}
void ReadyDescriptor::ringWhen(std::span<const WatchedWord> words, TimePoint at) {
  Thread::ofThisProcess().ringWhen(*bell_, words, at);
}

}  // namespace sluice::detail
