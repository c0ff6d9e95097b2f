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
struct ReadyDescriptor::Shared {
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
  static Thread& ofThisProcess();

  Result<ReadyDescriptor> open();
  void close(Shared& shared) noexcept;
  void clear(Shared& shared, int number) noexcept;
  void ring(Shared& shared, int number) noexcept;
  void ringWhen(Shared& shared, std::span<const WatchedWord> words, TimePoint at);

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
  std::vector<std::shared_ptr<Shared>> all_;
  std::atomic<std::uint32_t> control_{0};  // raised at each change by another thread
  int number_ = 0;
  bool isRunning_ = false;
};

ReadyDescriptor::Thread& ReadyDescriptor::Thread::ofThisProcess() {
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
  auto shared = std::make_shared<Shared>();
  Lock lock(mutex_);
  all_.push_back(shared);
  if (!isRunning_) {
    if (const int failed = start(); failed != 0) {
      all_.pop_back();
      return systemError("", "thread (sluice-ready)", failed);
    }
  }
  change(lock);
  lock.lock();
  changed_.wait(lock, [&shared] { return shared->isOpen || shared->failure; });
  int number = -1;
  if (!shared->failure) shared->failure = openReadyPipe(number_, shared->pipe.readEnd, number);
  if (shared->failure) {
    shared->isUnwanted = true;
    change(lock);
    return systemError("", shared->failure.call, shared->failure.number);
  }
  return ReadyDescriptor(*this, number, std::move(shared));
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
    if (all_.empty()) break;
    ringWhatChanged();
    sleep(lock);
  }
  isRunning_ = false;
}

/// The ends of the pipes are opened and closed where they are: in this thread's table.
void ReadyDescriptor::Thread::serveRequests() {
  std::erase_if(all_, [](const std::shared_ptr<Shared>& shared) {
    if (!shared->isUnwanted) return false;
    closeReadyPipe(shared->pipe);
    return true;
  });
  for (const auto& shared : all_) {
    if (shared->isOpen || shared->failure) continue;
    shared->failure = makeReadyPipe(shared->pipe);
    shared->isOpen = !shared->failure;
  }
  changed_.notify_all();
}

void ReadyDescriptor::Thread::ringWhatChanged() {
  const TimePoint now = std::chrono::steady_clock::now();
  for (const auto& shared : all_) {
    if (!shared->isArmed) continue;
    bool isOver = now >= shared->at;
    for (const WatchedWord& watched : shared->words) {
      if (valueOf(watched.word) == watched.word.value) continue;
      isOver = true;
      if (watched.isLifeline) wakeAll(watched.word.word);
    }
    if (!isOver) continue;
    shared->isArmed = false;
    shared->isRung = true;
    ringReadyPipe(shared->pipe.writeEnd);
  }
}

/// Where there are more words than the kernel can sleep on, the others are looked at in slices.
void ReadyDescriptor::Thread::sleep(Lock& lock) {
  std::array<FutexExpectation, maxFutexWords> words;
  std::size_t count = 0;
  words[count++] = {&control_, control_.load(std::memory_order_relaxed)};
  TimePoint until = forever;
  bool isWhole = true;
  for (const auto& shared : all_) {
    if (!shared->isArmed) continue;
    until = std::min(until, shared->at);
    for (const WatchedWord& watched : shared->words) {
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

void ReadyDescriptor::Thread::close(Shared& shared) noexcept {
  Lock lock(mutex_);
  shared.isArmed = false;
  shared.isUnwanted = true;
  change(lock);
}

void ReadyDescriptor::Thread::clear(Shared& shared, int number) noexcept {
  const Lock lock(mutex_);
  shared.isArmed = false;
  if (std::exchange(shared.isRung, false)) clearReadyPipe(number);
}

void ReadyDescriptor::Thread::ring(Shared& shared, int number) noexcept {
  const Lock lock(mutex_);
  shared.isArmed = false;
  if (!std::exchange(shared.isRung, true)) ringReadyPipe(number);
}

void ReadyDescriptor::Thread::ringWhen(Shared& shared, std::span<const WatchedWord> words,
                                       TimePoint at) {
  Lock lock(mutex_);
  shared.words.assign(words.begin(), words.end());
  shared.at = at;
  shared.isArmed = true;
  change(lock);
}

Result<ReadyDescriptor> ReadyDescriptor::open() {
  return Thread::ofThisProcess().open();
}

ReadyDescriptor::ReadyDescriptor(Thread& thread, int number,
                                 std::shared_ptr<Shared> shared) noexcept
    : thread_(&thread), number_(number), shared_(std::move(shared)) {}
ReadyDescriptor::ReadyDescriptor(ReadyDescriptor&& other) noexcept
    : thread_(other.thread_),
      number_(std::exchange(other.number_, -1)),
      shared_(std::move(other.shared_)),
      process_(other.process_) {}

ReadyDescriptor::~ReadyDescriptor() {
  if (shared_ == nullptr || isInherited()) return;
  thread_->close(*shared_);
  closeReadyDescriptor(number_);
}

void ReadyDescriptor::clear() noexcept {
  thread_->clear(*shared_, number_);
}
void ReadyDescriptor::ring() noexcept {
  thread_->ring(*shared_, number_);
}
void ReadyDescriptor::ringWhen(std::span<const WatchedWord> words, TimePoint at) {
  thread_->ringWhen(*shared_, words, at);
}

}  // namespace sluice::detail
