// Room for payloads: how far into the payload region the producer may write.
#pragma once

#include <cstdint>

#include "format/segment_view.hpp"
#include "roles/rows_gate.hpp"
#include "sluice/detail/producer_attachment.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// Raises the payload limit as ClaimLimit raises the limit of slots, before the same gate. What is
/// claimed is kept by the engine, which hands it in. Used by the producer's one thread; the view
/// and the gate must outlive it.
class PayloadRoom {
 public:
  PayloadRoom(const SegmentView& view, RowsGate& gate, const WaitStrategy& strategy) noexcept
      : view_(view), gate_(gate), strategy_(strategy) {}

  /// Waits within the limit until the payload may be written, of which PayloadAsk tells. No more
  /// may be asked for than passes when all that is published is committed.
  PayloadClaim claim(const PayloadAsk& ask, const WaitLimit& limit);

 private:
  enum class Look { room, payloadIsShort, slotsAreShort, changed, corrupt };

  Look look(const PayloadAsk& ask);
  void raise(std::uint64_t position) noexcept;

  const SegmentView& view_;
  RowsGate& gate_;
  WaitStrategy strategy_;
  std::uint64_t granted_ = 0;  // by a look that found room
  Sequence needed_ = 0;        // to be committed, by a look that found none
};

}  // namespace sluice::detail
