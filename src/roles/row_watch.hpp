// What the producer knows of the consumer it waits for.
#pragma once

#include <atomic>
#include <cstdint>

#include "sluice/core/ended.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/liveness/death_watch.hpp"
#include "sluice/liveness/participant.hpp"
#include "sluice/roles/rows_gate.hpp"

namespace sluice {

/// The Watch of a producer on one gating row. Exempts the row when its consumer is dead and not
/// held, or has stalled for longer than it allows; the membership changes with that.
class RowWatch {
 public:
  RowWatch(const Participant& participant, Stall& stall, Sequence published) noexcept
      : participant_(participant),
        stall_(stall),
        published_(published),
        death_(participant, layout::consumerParticipant(stall.consumer.row)) {}

  const std::atomic<std::uint32_t>* lifeline() const noexcept { return &death_.lifeline(); }
  /// Ended::corrupt when the row holds a cursor that cannot be.
  Ended ended(bool sliceOver);
  platform::TimePoint lookAgainAt() const noexcept;
  void asleep() const noexcept;
  void awake() const noexcept {}

 private:
  bool isImpossible(Sequence cursor) const noexcept;
  bool hasDied(Sequence cursor, bool sliceOver);
  bool hasStalled(Sequence cursor);
  platform::TimePoint evictAt() const noexcept;
  void exempt(layout::RowWord seen) const noexcept;
  layout::ConsumerPage& page() const noexcept { return view().consumer(stall_.consumer.row); }
  const layout::SegmentView& view() const noexcept { return participant_.view(); }

  const Participant& participant_;
  Stall& stall_;
  Sequence published_;
  DeathWatch death_;
};

}  // namespace sluice
