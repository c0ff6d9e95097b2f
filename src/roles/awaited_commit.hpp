// A commit that the producer waits for, and the consumer that is to make it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "os/slice.hpp"
#include "roles/consumer_watch.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/detail/awaited.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// A consumer that the producer waits for, where it stands, for how long by now, and when it was
/// last asked whether it lives. Kept from one wait of the producer to the next, as long as the
/// consumer stands there.
///
/// The time is the sum of the gaps between the producer's looks, and none counts for more than an
/// eighth of what the consumer allows: the producer plans to sleep no longer, so a longer gap is
/// time in which it did not run (it was stopped or frozen, perhaps together with the consumer), or
/// in which it did not ask for room.
struct Stall {
  Stall(const Participant& producer, const RowKey& key, Sequence where) noexcept
      : consumer(key), cursor(where), watch(producer, key.row) {}

  /// Counts up to this look, of a consumer that allows so much; not called for one without a limit.
  void count(TimePoint now, std::chrono::nanoseconds allowed) noexcept;
  bool isOver(std::chrono::nanoseconds allowed) const noexcept { return lasted >= allowed; }
  /// When the producer has to look again for the time to count in full.
  TimePoint lookAgainAt(std::chrono::nanoseconds allowed) const noexcept;

  RowKey consumer;
  Sequence cursor;
  bool hasSlept = false;
  TimePoint lastLook = forever;  // until the first
  std::chrono::nanoseconds lasted{};
  ConsumerWatch watch;
};

/// Ready when the row's cursor has reached the sequence, or the membership has changed. Exempts the
/// row that holds it up (most often itself, holdingUp() tells) when that one's consumer is dead and
/// not held, or has stalled for longer than it allows; the membership changes with that.
class AwaitedCommit final : public Awaited {
 public:
  /// `stall` is that of the row that holds `gating` up. Where that is another row which shows more
  /// than it has committed, it is ready after a slice too, as the blame may have moved.
  AwaitedCommit(const Participant& producer, const RowKey& gating, Stall& stall,
                std::uint32_t members, Sequence needed, Sequence published) noexcept
      : producer_(producer),
        gating_(gating),
        stall_(stall),
        members_(members),
        needed_(needed),
        published_(published) {}

  bool isReady() noexcept override;
  /// Status::corrupt when the row holds a cursor that cannot be.
  Status checkPeer() override;
  FutexExpectation arm() noexcept override;
  std::optional<Eventcount> eventcount() const noexcept override;
  Lifelines lifelines() const noexcept override;
  TimePoint lookAgainAt() const noexcept override;
  void onSleep() noexcept override;
  void interrupt() noexcept override;

 private:
  bool isImpossible() const noexcept;
  /// The row, if that consumer still has it and gates; otherwise says so, as the process that
  /// changed the row may have died before it could.
  std::optional<RowWord> wordOf(const RowKey& consumer) const noexcept;
  bool hasDied(Sequence cursor);
  bool hasStalled(Sequence cursor);
  void exempt(RowWord seen) const noexcept;
  std::chrono::nanoseconds allowed() const noexcept;
  bool isHeldUpByAnother() const noexcept { return gating_ != stall_.consumer; }
  ConsumerPage& page() const noexcept { return view().consumer(stall_.consumer.row); }
  ConsumerPage& gatingPage() const noexcept { return view().consumer(gating_.row); }
  const SegmentView& view() const noexcept { return producer_.view(); }

  const Participant& producer_;
  RowKey gating_;
  Stall& stall_;
  std::uint32_t members_;
  Sequence needed_;
  Sequence published_;
  TimePoint blameAgainAt_ =
      isHeldUpByAnother() ? std::chrono::steady_clock::now() + fallbackSlice : forever;
};

}  // namespace sluice::detail
