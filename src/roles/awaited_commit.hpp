// A commit that the producer waits for, and the consumer that is to make it.
#pragma once

#include <atomic>
#include <cstdint>

#include "liveness/death_watch.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/awaited.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// A consumer that the producer waits for, where it stands, since when somebody has been counting
/// (`forever` until then), and when it was last asked whether it lives. Kept from one wait of the
/// producer to the next, as long as the consumer stands there.
struct Stall {
  Stall(const Participant& producer, const RowKey& key, Sequence where) noexcept
      : consumer(key),
        cursor(where),
        death(producer.leases(), leaseByte(consumerParticipant(key.row)),
              producer.view().lifeline(consumerParticipant(key.row)).word) {}

  RowKey consumer;
  Sequence cursor;
  TimePoint since = forever;
  bool hasSlept = false;
  DeathWatch death;
};

/// Ready when the row's cursor has reached the sequence, or the membership has changed. Exempts the
/// row when its consumer is dead and not held, or has stalled for longer than it allows; the
/// membership changes with that.
class AwaitedCommit final : public Awaited {
 public:
  AwaitedCommit(const Participant& producer, Stall& stall, std::uint32_t members, Sequence needed,
                Sequence published) noexcept
      : producer_(producer),
        stall_(stall),
        members_(members),
        needed_(needed),
        published_(published) {}

  bool isReady() noexcept override;
  /// Status::corrupt when the row holds a cursor that cannot be.
  Status checkPeer() override;
  FutexExpectation arm() noexcept override;
  bool fence() noexcept override;
  Lifelines lifelines() const noexcept override;
  TimePoint lookAgainAt() const noexcept override;
  void onSleep() noexcept override;
  void interrupt() noexcept override;

 private:
  bool isImpossible(Sequence cursor) const noexcept;
  bool hasDied(Sequence cursor);
  bool hasStalled(Sequence cursor);
  TimePoint evictAt() const noexcept;
  void exempt(RowWord seen) const noexcept;
  ConsumerPage& page() const noexcept { return view().consumer(stall_.consumer.row); }
  const SegmentView& view() const noexcept { return producer_.view(); }

  const Participant& producer_;
  Stall& stall_;
  std::uint32_t members_;
  Sequence needed_;
  Sequence published_;
};

}  // namespace sluice::detail
