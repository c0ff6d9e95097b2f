// An observer's view of a segment: everything read-only, no row.
#pragma once

#include <memory>
#include <string_view>

#include "sluice/core/ended.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/liveness/participant.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/options.hpp"

namespace sluice {

/// Everything of an observer that does not depend on its record type. Used by one thread at a time.
class ObserverSeat {
 public:
  static Result<std::unique_ptr<ObserverSeat>> take(std::string_view segment,
                                                    const ObserverOptions& options,
                                                    const RecordDescription& record,
                                                    layout::SlotLayout slotLayout);

  const layout::SegmentView& view() const noexcept { return participant_.view(); }

  /// The first record for one that starts there.
  Sequence start(StartAt startAt) const noexcept;
  /// The oldest record that the producer will not overwrite before it looks at its gate again.
  Sequence oldestWhole() const noexcept;
  /// True when the producer has not begun to overwrite the slot of `sequence`. Call it after the
  /// slot was copied.
  bool isWhole(Sequence sequence) const noexcept;

  /// Passes the time before look number `round` + 1: Ended::no to look again, or why there is no
  /// more to wait for. An observer cannot ask for a wake, so it sleeps in short slices.
  Ended idle(std::uint32_t round, const WaitLimit& limit, const WaitStrategy& strategy) const;

 private:
  ObserverSeat(Participant participant, WithoutProducer withoutProducer);
  Ended producerEnded(bool askLease) const;

  Participant participant_;
  WithoutProducer withoutProducer_;
};

}  // namespace sluice
