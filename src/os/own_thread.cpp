#include "os/own_thread.hpp"

#include <span>
#include <utility>

#include "os/futex.hpp"

namespace sluice::detail {
namespace {

/// What the thread is given, and frees.
struct Start {
  const char* name;
  std::function<void()> run;
  std::shared_ptr<std::atomic<std::uint32_t>> ended;
};

void* enter(void* start) {
  const std::unique_ptr<Start> own(static_cast<Start*>(start));
  beginThread(own->name);
  own->run();
  own->ended->store(1, std::memory_order_release);
  wakeAll(own->ended.get());
  return nullptr;
}

}  // namespace

int OwnThread::start(const char* name, Scheduling scheduling, std::function<void()> run) {
  auto ended = std::make_shared<EndedWord>(0);
  auto start = std::make_unique<Start>(Start{name, std::move(run), ended});
  const int number = startDetached(scheduling, &enter, start.get());
  if (number != 0) return number;
  static_cast<void>(start.release());
  ended_ = std::move(ended);
  process_ = ProcessStamp::current();
  return 0;
}

void OwnThread::join() noexcept {
  if (!isRunning()) return;
  const FutexExpectation running{ended_.get(), 0};
  while (ended_->load(std::memory_order_acquire) == 0)
    sleepOn(std::span(&running, 1), forever);
  ended_.reset();
}

}  // namespace sluice::detail
