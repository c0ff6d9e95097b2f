#include "waiting/ready_descriptor.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "os/cancellation.hpp"
#include "os/detached_thread.hpp"
#include "os/futex.hpp"
#include "os/own_descriptors.hpp"
#include "os/per_process.hpp"
#include "os/ready_pipe.hpp"
#include "os/slice.hpp"

namespace sluice::detail {

/// What the readiness thread knows of one descriptor. Guarded by its mutex.
struct ReadyDescriptor::Watch {
  ReadyPipe pipe;
  CallFailure failure;
  bool isOpen = false;
  bool isUnwanted = false;
  bool isRung = false;
  bool isArmed = false;
  bool isSleptOn = false;  // the thread sleeps on words that this has or had
  std::vector<WatchedWord> words;
  TimePoint at = forever;
};

/// The one thread of a process that makes descriptors readable. It runs while there are any.
class ReadyDescriptor::Thread {
 public:
  Result<ReadyDescriptor> open();
  void close(Watch& watch) noexcept;
  void clear(Watch& watch, int number) noexcept;
  void release(Watch& watch) noexcept;
  void ring(Watch& watch, int number) noexcept;
  void ringWhen(Watch& watch, std::span<const WatchedWord> words, TimePoint at);

 private:
  using Lock = std::unique_lock<std::mutex>;

  friend class PerProcess<Thread>;
  Thread() = default;
  int start();
  static void* enter(void* self);
  void serve();
  void serveRequests();
  void ringWhatChanged();
  void sleep(Lock& lock);
  void change(Lock& lock) noexcept;
  /// Waits until the thread sleeps on none of its words.
  void leaveWords(Lock& lock, const Watch& watch) noexcept;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Watch>> all_;
  std::vector<WatchedWord> sleptOn_;
  std::atomic<std::uint32_t> control_{0};  // raised at each change by another thread
  int number_ = 0;
  bool isRunning_ = false;
};

Result<ReadyDescriptor> ReadyDescriptor::Thread::open() {
  const CancellationDisabled whole;
  auto watch = std::make_shared<Watch>();
  Lock lock(mutex_);
  all_.push_back(watch);
  if (!isRunning_) {
    if (const int failed = start(); failed != 0) {
      all_.pop_back();
      return systemError("", "thread (sluice-ready)", failed);
    }
  }
  change(lock);
  lock.lock();
  changed_.wait(lock, [&watch] { return watch->isOpen || watch->failure; });
  int number = -1;
  if (!watch->failure) watch->failure = openReadyPipe(number_, watch->pipe.readEnd, number);
  if (watch->failure) {
    watch->isUnwanted = true;
    change(lock);
    return systemError("", watch->failure.call, watch->failure.number);
  }
  return ReadyDescriptor(*this, number, std::move(watch));
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
  std::erase_if(all_, [](const std::shared_ptr<Watch>& watch) {
    if (!watch->isUnwanted) return false;
    closeReadyPipe(watch->pipe);
    return true;
  });
  for (const auto& watch : all_) {
    if (watch->isOpen || watch->failure) continue;
    watch->failure = makeReadyPipe(watch->pipe);
    watch->isOpen = !watch->failure;
  }
  changed_.notify_all();
}

void ReadyDescriptor::Thread::ringWhatChanged() {
  const TimePoint now = std::chrono::steady_clock::now();
  for (const auto& watch : all_) {
    if (!watch->isArmed) continue;
    bool isOver = now >= watch->at;
    for (const WatchedWord& watched : watch->words)
      isOver = isOver || valueOf(watched.word) != watched.word.value;
    if (!isOver) continue;
    watch->isArmed = false;
    watch->isRung = true;
    ringReadyPipe(watch->pipe.writeEnd);
  }
}

/// Where there are more words than the kernel can sleep on, the others are looked at in slices.
void ReadyDescriptor::Thread::sleep(Lock& lock) {
  std::array<FutexExpectation, maxFutexWords> words;
  std::size_t count = 0;
  words[count++] = {&control_, control_.load(std::memory_order_relaxed)};
  sleptOn_.clear();
  TimePoint until = forever;
  bool isWhole = true;
  for (const auto& watch : all_) {
    if (!watch->isArmed) continue;
    until = std::min(until, watch->at);
    watch->isSleptOn = true;
    for (const WatchedWord& watched : watch->words) {
      if (count == words.size() || (count > 0 && !sleepsOnSeveralWords())) {
        isWhole = false;
        continue;
      }
      words[count++] = watched.word;
      if (watched.isLifeline) sleptOn_.push_back(watched);
    }
  }
  if (!isWhole) until = std::min(until, std::chrono::steady_clock::now() + lookingSlice);
  lock.unlock();
  sleepOn(std::span(words.data(), count), until);  // [W5] pairs with [P4] [R1]
  lock.lock();
  passOnDeaths(sleptOn_);  // also where nobody is armed any more
  for (const auto& watch : all_)
    watch->isSleptOn = false;
  changed_.notify_all();
}

/// After a change by another thread: gives the lock up, so that the thread finds it free.
void ReadyDescriptor::Thread::change(Lock& lock) noexcept {
  control_.fetch_add(1, std::memory_order_relaxed);
  lock.unlock();
  wakeAll(&control_);
}

void ReadyDescriptor::Thread::close(Watch& watch) noexcept {
  const CancellationDisabled whole;
  Lock lock(mutex_);
  watch.isArmed = false;
  watch.isUnwanted = true;
  leaveWords(lock, watch);
}

void ReadyDescriptor::Thread::release(Watch& watch) noexcept {
  const CancellationDisabled whole;
  Lock lock(mutex_);
  watch.isArmed = false;
  if (watch.isSleptOn) leaveWords(lock, watch);
}

void ReadyDescriptor::Thread::leaveWords(Lock& lock, const Watch& watch) noexcept {
  change(lock);
  lock.lock();
  changed_.wait(lock, [&watch] { return !watch.isSleptOn; });
}

void ReadyDescriptor::Thread::clear(Watch& watch, int number) noexcept {
  const Lock lock(mutex_);
  watch.isArmed = false;
  if (std::exchange(watch.isRung, false)) clearReadyPipe(number);
}

void ReadyDescriptor::Thread::ring(Watch& watch, int number) noexcept {
  const Lock lock(mutex_);
  watch.isArmed = false;
  if (!std::exchange(watch.isRung, true)) ringReadyPipe(number);
}

void ReadyDescriptor::Thread::ringWhen(Watch& watch, std::span<const WatchedWord> words,
                                       TimePoint at) {
  Lock lock(mutex_);
  watch.words.assign(words.begin(), words.end());
  watch.at = at;
  watch.isArmed = true;
  change(lock);
}

Result<ReadyDescriptor> ReadyDescriptor::open() {
  return PerProcess<Thread>::get().open();
}

ReadyDescriptor::ReadyDescriptor(Thread& thread, int number, std::shared_ptr<Watch> watch) noexcept
    : thread_(&thread), number_(number), watch_(std::move(watch)) {}
ReadyDescriptor::ReadyDescriptor(ReadyDescriptor&& other) noexcept
    : thread_(other.thread_),
      number_(std::exchange(other.number_, -1)),
      watch_(std::move(other.watch_)),
      process_(other.process_) {}

ReadyDescriptor::~ReadyDescriptor() {
  if (watch_ == nullptr || isInherited()) return;
  thread_->close(*watch_);
  closeReadyDescriptor(number_);
}

void ReadyDescriptor::clear() noexcept {
  thread_->clear(*watch_, number_);
}
void ReadyDescriptor::release() noexcept {
  thread_->release(*watch_);
  clear();
}
void ReadyDescriptor::ring() noexcept {
  thread_->ring(*watch_, number_);
}
void ReadyDescriptor::ringWhen(std::span<const WatchedWord> words, TimePoint at) {
  thread_->ringWhen(*watch_, words, at);
}

}  // namespace sluice::detail
