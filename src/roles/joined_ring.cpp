#include "roles/joined_ring.hpp"

#include <atomic>
#include <cstdint>
#include <utility>

#include "sluice/detail/awaited.hpp"

namespace sluice::detail {
namespace {

constinit std::atomic<std::uint32_t> neverWoken{0};

class PausableMember final : public WaitMember, private Awaited {
 public:
  PausableMember(std::unique_ptr<WaitMember> member, const bool& isPaused) noexcept
      : member_(std::move(member)), isPaused_(isPaused) {}

  Status begin() override { return isPaused_ ? Status::ok : member_->begin(); }
  Awaited& awaited() noexcept override { return isPaused_ ? *this : member_->awaited(); }

 private:
  bool isReady() noexcept override { return false; }
  Status checkPeer() override { return Status::ok; }
  FutexExpectation arm() noexcept override { return {&neverWoken, 0}; }
  void interrupt() noexcept override {}

  std::unique_ptr<WaitMember> member_;
  const bool& isPaused_;
};

}  // namespace

std::unique_ptr<WaitMember> JoinedRing::waitMember() {
  return std::make_unique<PausableMember>(reader->waitMember(), isPaused);
}

}  // namespace sluice::detail
