// What a reader knows of the producer.
#pragma once

#include "liveness/death_watch.hpp"
#include "roles/successor_watch.hpp"
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
               view_.lifeline(producerParticipant).word),
        successor_(reader, producerParticipant) {}

  /// Why nothing more will be published, or Status::ok. `progress` grows with what was published. A
  /// reader that stays for a successor is told so too, once none can come: the producer is gone,
  /// and the segment has lost its name.
  Status check(Sequence progress);

  const std::atomic<std::uint32_t>& lifeline() const noexcept { return death_.lifeline(); }
  TimePoint checkAgainAt() const noexcept {
    return withoutProducer_ == WithoutProducer::stay ? successor_.askAgainAt()
                                                     : death_.askAgainAt();
  }

 private:
  /// What the producer has said of itself, if that is the end.
  Status saidEnd() const noexcept;
  Status checkForSuccessors();

  const SegmentView& view_;
  WithoutProducer withoutProducer_;
  DeathWatch death_;
  SuccessorWatch successor_;
  Status withoutSuccessor_ = Status::ok;
};

}  // namespace sluice::detail
