// The producer's place in a segment: taking it, leaving it, closing the stream.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "sluice/layout/producer_page.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/liveness/participant.hpp"
#include "sluice/platform/identity.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/options.hpp"

namespace sluice {

/// The producer's words of a segment. The doorbell is at a constant distance from the page (which
/// checkHeader makes sure of), so that the publisher needs one address for all.
class ProducerPlace {
 public:
  explicit ProducerPlace(const layout::SegmentView& view) noexcept : page_(&view.producer()) {}
  auto& cursor() const noexcept { return page_->cursor.sequence; }
  auto& claimed() const noexcept { return page_->claimed.sequence; }
  auto& limit() const noexcept { return page_->limit.sequence; }
  layout::Doorbell& doorbell() const noexcept { return layout::producerDoorbell(*page_); }
  std::atomic<std::uint64_t>* wakes() const noexcept { return &page_->wakes; }

 private:
  layout::ProducerPage* page_;
};

/// Everything of a producer that is neither its record type nor its sequencer. Used by one thread
/// at a time; stays where it is, because the sequencer's gate refers to it.
class ProducerSeat {
 public:
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

  const Participant& participant() const noexcept { return participant_; }
  const layout::SegmentView& view() const noexcept { return participant_.view(); }
  /// The last sequence of the stream when this producer took it over.
  Sequence published() const noexcept { return published_; }

  /// Ends the stream for good and wakes everybody.
  void close() noexcept { end(layout::ProducerState::closed); }

 private:
  ProducerSeat(Participant participant, Sequence published) noexcept;

  void begin(const platform::ProcessIdentity& process, std::uint64_t term) noexcept;
  void end(layout::ProducerState state) noexcept;

  Participant participant_;
  Sequence published_;
};

}  // namespace sluice
