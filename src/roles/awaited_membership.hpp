// A change of the rows.
#pragma once

#include <chrono>
#include <cstdint>

#include "format/segment_view.hpp"
#include "os/futex.hpp"
#include "os/slice.hpp"
#include "sluice/detail/awaited.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Ready when the membership count is no longer what was seen, or it is time to look at the rows
/// all the same: a consumer that joins may have been stopped before it could say so. Nobody in
/// particular brings it about, so nobody's death ends the wait. Writes nothing.
class AwaitedMembership final : public Awaited {
 public:
  AwaitedMembership(const SegmentView& view, std::uint32_t seen) noexcept
      : view_(view), seen_(seen) {}

  bool isReady() noexcept override {
    const std::uint32_t now =
        view_.membership().count.load(std::memory_order_acquire);  // [C1] pairs with [J2]
    return now != seen_ || std::chrono::steady_clock::now() >= lookAgainAt_;
  }
  Status checkPeer() override { return Status::ok; }
  FutexExpectation arm() noexcept override { return {&view_.membership().count, seen_}; }
  TimePoint lookAgainAt() const noexcept override { return lookAgainAt_; }
  /// Without a change of the word, so at most a slice late.
  void interrupt() noexcept override { wakeAll(&view_.membership().count); }

 private:
  const SegmentView& view_;
  std::uint32_t seen_;
  TimePoint lookAgainAt_ = std::chrono::steady_clock::now() + fallbackSlice;
};

}  // namespace sluice::detail
