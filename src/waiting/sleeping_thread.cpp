#include "waiting/sleeping_thread.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "os/detached_thread.hpp"

namespace sluice::detail {
namespace {

bool areEqual(const FutexExpectation& a, const FutexExpectation& b) noexcept {
  return a.word == b.word && a.value == b.value;
}

}  // namespace

struct SleepingThread::State {
  explicit State(std::atomic<std::uint32_t>& rung) noexcept : news(rung) {}

  static void* enter(void* self);
  void serve();
  /// The words to sleep on, the control word last.
  std::size_t take(std::array<FutexExpectation, maxFutexWords>& to);
  bool ring(std::uint32_t turn);

  std::atomic<std::uint32_t>& news;
  std::mutex mutex;
  std::array<FutexExpectation, maxWords> words{};
  std::size_t count = 0;
  bool hasWoken = true;  // the words were told of
  bool isRunning = false;
  bool isUnwanted = false;
  std::atomic<std::uint32_t> control{0};  // raised at each change of the above by the owner
  std::atomic<std::uint32_t> ended{0};
};

void* SleepingThread::State::enter(void* self) {
  const std::unique_ptr<std::shared_ptr<State>> state(static_cast<std::shared_ptr<State>*>(self));
  (*state)->serve();
  (*state)->ended.store(1, std::memory_order_release);
  wakeAll(&(*state)->ended);
  return nullptr;
}

std::size_t SleepingThread::State::take(std::array<FutexExpectation, maxFutexWords>& to) {
  const std::lock_guard lock(mutex);
  std::size_t taken = hasWoken ? 0 : count;
  std::copy_n(words.begin(), taken, to.begin());
  to[taken++] = {&control, control.load(std::memory_order_relaxed)};
  return isUnwanted ? 0 : taken;
}

/// False where the owner has changed something meanwhile, so that there is nothing to tell.
bool SleepingThread::State::ring(std::uint32_t turn) {
  const std::lock_guard lock(mutex);
  if (control.load(std::memory_order_relaxed) != turn) return false;
  hasWoken = true;
  news.fetch_add(1, std::memory_order_release);
  return true;
}

void SleepingThread::State::serve() {
  beginThread("sluice-sleeper");
  std::array<FutexExpectation, maxFutexWords> own;
  while (const std::size_t taken = take(own)) {
    detail::sleepOn(std::span(own.data(), taken), forever);  // [W5] pairs with [P4] [R1]
    if (taken > 1 && ring(own[taken - 1].value)) wakeAll(&news);
  }
}

SleepingThread::SleepingThread(std::atomic<std::uint32_t>& news)
    : state_(std::make_shared<State>(news)) {}

SleepingThread::~SleepingThread() {
  if (!process_.isCurrent()) return;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->isRunning) return;
    state_->isUnwanted = true;
    state_->control.fetch_add(1, std::memory_order_relaxed);
  }
  wakeAll(&state_->control);
  const FutexExpectation running{&state_->ended, 0};
  while (state_->ended.load(std::memory_order_acquire) == 0)
    detail::sleepOn(std::span(&running, 1), forever);
}

bool SleepingThread::sleepOn(std::span<const FutexExpectation> words) {
  {
    const std::lock_guard lock(state_->mutex);
    const bool isSame =
        !state_->hasWoken && std::equal(words.begin(), words.end(), state_->words.begin(),
                                        state_->words.begin() + state_->count, areEqual);
    if (isSame) return true;
    state_->count = std::min(words.size(), maxWords);
    std::copy_n(words.begin(), state_->count, state_->words.begin());
    state_->hasWoken = false;
    state_->control.fetch_add(1, std::memory_order_relaxed);
    if (!state_->isRunning) {
      auto kept = std::make_unique<std::shared_ptr<State>>(state_);
      if (startDetached(Scheduling::asCaller, &State::enter, kept.get()) != 0) return false;
      static_cast<void>(kept.release());
      state_->isRunning = true;
      return true;
    }
  }
  wakeAll(&state_->control);
  return true;
}

}  // namespace sluice::detail
