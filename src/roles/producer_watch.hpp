// What a reader knows of the producer.
#pragma once

#include "liveness/death_watch.hpp"
#include "segment/participant.hpp"
#include "sluice/options.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Looks whether the producer still publishes, from one wait of its reader to the next. Used by one
/// thread; the participant must outlive it.
class ProducerWatch {
 public:
  ProducerWatch(const Participant& reader, WithoutProducer withoutProducer) noexcept
      : view_(reader.view()),
        withoutProducer_(withoutProducer),
        death_(reader.leases(), leaseByte(producerParticipant),
               view_.lifeline(producerParticipant).word) {}

  /// Why nothing more will be published, or Status::ok. `progress` grows with what was published.
  Status check(Sequence progress);

  const std::atomic<std::uint32_t>& lifeline() const noexcept { return death_.lifeline(); }
  TimePoint checkAgainAt() const noexcept { return death_.askAgainAt(); }

 private:
  /// What the producer has said of itself, if that is the end.
  Status saidEnd() const noexcept;

  const SegmentView& view_;
  WithoutProducer withoutProducer_;
  DeathWatch death_;
};

}  // namespace sluice::detail
