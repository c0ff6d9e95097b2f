// The producer's place in a segment: taking it, leaving it, closing the stream.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "sluice/core/ended.hpp"
#include "sluice/core/single_producer_sequencer.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/liveness/participant.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/options.hpp"
#include "sluice/roles/rows_gate.hpp"

namespace sluice {

/// Everything of a producer that does not depend on its record type. Used by one thread at a time;
/// stays where it is, because the sequencer refers to it.
class ProducerSeat {
 public:
  using Sequencer = SingleProducerSequencer<Sequence, RowsGate>;

  static Result<std::unique_ptr<ProducerSeat>> create(std::string_view segment,
                                                      const ProducerOptions& options,
                                                      const RecordDescription& record,
                                                      layout::SlotLayout slotLayout);

  /// Goes on where the last producer ended; `ended` when that one closed the stream.
  static Result<std::unique_ptr<ProducerSeat>> open(std::string_view segment,
                                                    const OpenOptions& options,
                                                    const RecordDescription& record,
                                                    layout::SlotLayout slotLayout);

  /// Leaves, unless the stream is closed or this is a forked child.
  ~ProducerSeat();
  ProducerSeat(const ProducerSeat&) = delete;
  ProducerSeat& operator=(const ProducerSeat&) = delete;

  const layout::SegmentView& view() const noexcept { return participant_.view(); }
  Sequencer& sequencer() noexcept { return sequencer_; }
  const Sequencer& sequencer() const noexcept { return sequencer_; }

  /// Ends the stream for good and wakes everybody.
  void close() noexcept { end(layout::ProducerState::closed); }

 private:
  ProducerSeat(Participant participant, Sequence published, const WaitStrategy& strategy);

  void begin(std::uint64_t term) noexcept;
  void end(layout::ProducerState state) noexcept;

  Participant participant_;
  Sequencer sequencer_;
};

}  // namespace sluice
