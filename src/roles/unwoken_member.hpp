// A member of a set that becomes ready by the thread that waits, or by the clock.
#pragma once

#include <atomic>
#include <cstdint>

#include "sluice/detail/awaited.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Nobody wakes the set for it. Never ready, and without an end, unless a derived class says so.
class UnwokenMember : public WaitMember, protected Awaited {
 public:
  Status begin() override { return Status::ok; }
  Awaited& awaited() noexcept override { return *this; }

 protected:
  bool isReady() noexcept override { return false; }
  Status checkPeer() override { return Status::ok; }
  FutexExpectation arm() noexcept override { return {&neverWoken, 0}; }
  void interrupt() noexcept override {}

 private:
  static constinit inline std::atomic<std::uint32_t> neverWoken{0};
};

}  // namespace sluice::detail
