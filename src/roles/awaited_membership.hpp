// A change of the rows.
#pragma once

#include <cstdint>

#include "format/segment_view.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/awaited.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Ready when the membership count is no longer what was seen. Nobody in particular brings
/// it about, so nobody's death ends the wait.
class AwaitedMembership final : public Awaited {
 public:
  AwaitedMembership(const SegmentView& view, std::uint32_t seen) noexcept
      : view_(view), seen_(seen) {}

  bool isReady() noexcept override {
    return view_.membership().count.load(std::memory_order_acquire) !=
           seen_;  // [C1] pairs with [J2]
  }
  Status checkPeer() override { return Status::ok; }
  FutexExpectation arm() noexcept override { return {&view_.membership().count, seen_}; }
  void interrupt() noexcept override { raiseMembership(view_); }

 private:
  const SegmentView& view_;
  std::uint32_t seen_;
};

}  // namespace sluice::detail
