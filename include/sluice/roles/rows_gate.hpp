// The consumers of a segment as their producer sees them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sluice/core/ended.hpp"
#include "sluice/core/sequence_barrier.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/core/wait_strategy.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/liveness/participant.hpp"

namespace sluice {

/// One consumer, as long as it has its row.
struct ConsumerKey {
  std::uint32_t row;
  std::uint32_t generation;
  friend bool operator==(const ConsumerKey&, const ConsumerKey&) = default;
};

/// A consumer that the producer waits for, where it stands, and since when somebody has been
/// counting; `forever` until then.
struct Stall {
  ConsumerKey consumer{};
  Sequence cursor = initialSequence<Sequence>;
  platform::TimePoint since = platform::forever;
};

/// The consumer of that name that gates the ring, if there is one.
std::optional<ConsumerKey> findRow(const layout::SegmentView& view, std::string_view name) noexcept;

/// The Gate of a segment: every row that is live, also when its consumer died and it is held. Used
/// by the producer's one thread. The participant must outlive it.
class RowsGate {
 public:
  explicit RowsGate(const Participant& participant);

  std::uint32_t membership() const noexcept;

  /// Reads each gating row's cursor once; while only the slowest has moved, and not past the next
  /// one, only that one's.
  Sequence lowest(Sequence published) noexcept;

  struct Waited {
    Ended ended;
  };
  /// Sleeps on the slowest row, or on the membership while no row gates. Exempts a row whose
  /// consumer is dead and not held, or has stalled for longer than it allows, counted from the
  /// first wait for it at that cursor. Ended::corrupt when a row holds a cursor that cannot be.
  Waited wait(Sequence needed, const WaitLimit& limit, const WaitStrategy& strategy);

  /// As Producer::waitForConsumers.
  Ended waitForNames(const std::vector<std::string_view>& names, const WaitLimit& limit);

 private:
  static constexpr std::size_t noRow = layout::maxConsumerRows;

  void collectRows(std::uint32_t members) noexcept;
  void scan(Sequence published) noexcept;
  Sequence cursorOf(const ConsumerKey& gating) const noexcept;
  Stall& stallOf(const ConsumerKey& consumer) noexcept;
  Ended waitForMembership(std::uint32_t seen, const WaitLimit& limit) const;
  bool hasJoined(std::string_view name) const;

  const Participant* participant_;
  std::vector<ConsumerKey> rows_;
  std::uint32_t members_ = 0;
  bool collected_ = false;
  std::size_t slowest_ = noRow;
  Sequence lowest_;
  Sequence nextLowest_;
  Sequence published_;
  Stall stall_;
};

/// The barrier of one row: what its consumer has committed.
SequenceBarrier<Sequence> barrierOf(const layout::SegmentView& view, std::uint32_t row) noexcept;

/// The barrier of the producer: what it has published.
SequenceBarrier<Sequence> producerBarrier(const layout::SegmentView& view) noexcept;

/// Says that a row has changed: raises the membership count and wakes who waits for it, and who
/// waits for the row.
void announceRowChange(const layout::SegmentView& view, std::uint32_t row) noexcept;

}  // namespace sluice
