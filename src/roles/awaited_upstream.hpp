// A commit of the consumers that a consumer runs after.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "format/segment_view.hpp"
#include "roles/own_row.hpp"
#include "roles/producer_watch.hpp"
#include "roles/upstream.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/awaited.hpp"
#include "sluice/sequence.hpp"
#include "sluice/sequence_barrier.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Ready when all the consumers that this one runs after have committed the target. It waits for
/// one of them at a time. What it refers to must outlive it; used by that consumer's thread.
class AwaitedUpstream final : public Awaited {
 public:
  AwaitedUpstream(const SegmentView& view, OwnRow& row, ProducerWatch& producer,
                  std::vector<Upstream>& upstream, Sequence target) noexcept
      : view_(view),
        row_(row),
        producer_(producer),
        upstream_(upstream),
        awaited_(&upstream.front()),
        target_(target) {}

  bool isReady() noexcept override;
  Status checkPeer() override;

  FutexExpectation arm() noexcept override { return barrier().eventcount().arm(target_); }
  std::optional<Eventcount> eventcount() const noexcept override { return barrier().eventcount(); }
  Lifelines lifelines() const noexcept override {
    return {&awaited_->lifeline(), &producer_.lifeline()};
  }
  TimePoint lookAgainAt() const noexcept override {
    return std::min(producer_.checkAgainAt(), awaited_->checkAgainAt());
  }
  void onSleep() noexcept override { row_.fallAsleep(target_); }
  void onWake() noexcept override { row_.wakeUp(); }
  void interrupt() noexcept override { barrier().ring(); }

 private:
  SequenceBarrier<Sequence> barrier() const noexcept {
    return barrierOf(view_, awaited_->key().row);
  }

  const SegmentView& view_;
  OwnRow& row_;
  ProducerWatch& producer_;
  std::vector<Upstream>& upstream_;
  Upstream* awaited_;  // the first that was behind at the last look
  Sequence target_;
};

}  // namespace sluice::detail
