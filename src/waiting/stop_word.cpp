#include "sluice/stop_word.hpp"

#include <cerrno>

#include "os/futex.hpp"
#include "sluice/detail/wait_member.hpp"

namespace sluice {
namespace {

class AwaitedStop final : public detail::WaitMember, public detail::Awaited {
 public:
  explicit AwaitedStop(const std::atomic<std::uint32_t>& word) noexcept : word_(word) {}

  Status begin() override { return checkPeer(); }
  detail::Awaited& awaited() noexcept override { return *this; }

  bool isReady() noexcept override { return false; }
  Status checkPeer() override {
    return word_.load(std::memory_order_acquire) == 0 ? Status::ok : Status::stopped;
  }
  detail::FutexExpectation arm() noexcept override { return {&word_, 0}; }
  void interrupt() noexcept override { detail::wakeAll(&word_); }

 private:
  const std::atomic<std::uint32_t>& word_;
};

}  // namespace

void StopWord::requestStop() noexcept {
  const int number = errno;  // of the code that a signal's handler interrupts
  word_.store(1, std::memory_order_release);
  detail::wakeAll(&word_);
  errno = number;
}

bool StopWord::isStopRequested() const noexcept {
  return word_.load(std::memory_order_acquire) != 0;
}

std::unique_ptr<detail::WaitMember> StopWord::waitMember() {
  return std::make_unique<AwaitedStop>(word_);
}

}  // namespace sluice
