// The consumers of a segment as their producer sees them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "os/look_pace.hpp"
#include "roles/awaited_commit.hpp"
#include "roles/awaited_membership.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice::detail {

/// The Gate of a segment: every row that is live, also when its consumer died and it is held. Used
/// by the producer's one thread. The participant must outlive it.
class RowsGate {
 public:
  explicit RowsGate(const Participant& participant);

  std::uint32_t membership() const noexcept;

  /// Reads each gating row's cursor once; while only the slowest has moved, and not past the next
  /// one, only that one's.
  Sequence lowest(Sequence published) noexcept;

  /// The gating row that was lowest at the last look, and what it showed then. Of several, after a
  /// wait, the row that holds the others up.
  struct Slowest {
    std::uint32_t row;
    Sequence cursor;
    std::uint32_t members;
  };
  std::optional<Slowest> slowest() const noexcept;

  struct Waited {
    Status status;
  };
  /// Sleeps on the slowest row, or on the membership while no row gates. Exempts the row that holds
  /// it up when that one's consumer is dead and not held, or has stalled for longer than it allows,
  /// counted from the first wait for it at that cursor. Status::corrupt when a row holds a cursor
  /// that cannot be; detached in a forked child, which has no room at all; peerLeft when no row
  /// gates and no consumer can come any more, as the segment has lost its name.
  Waited wait(Sequence needed, const WaitLimit& limit, const WaitStrategy& strategy);
  /// The same where it is a payload that has no room, and not a slot.
  Waited waitForPayload(Sequence needed, const WaitLimit& limit, const WaitStrategy& strategy);

  /// What the last wait was for. Valid until the next.
  Awaited& awaited() noexcept;

  /// As Producer::waitForConsumers; of a limit that has started. The rows are looked at at least
  /// every slice, as a consumer that joins may be stopped before it says so.
  Status waitForNames(const std::vector<std::string_view>& names, const WaitLimit& limit);

 private:
  static constexpr std::size_t noRow = maxConsumerRows;

  Waited waitForSlowest(Sequence needed, const WaitLimit& limit, const WaitStrategy& strategy,
                        std::atomic<std::uint64_t>& waits);
  void collectRows(std::uint32_t members) noexcept;
  void scan(Sequence published) noexcept;
  Sequence cursorOf(const RowKey& gating) const noexcept;
  RowKey blamed() noexcept;
  Stall& stallOf(const RowKey& consumer) noexcept;
  Status waitForAnyRow(const WaitLimit& limit);
  bool hasJoined(std::string_view name) const;

  const Participant* participant_;
  std::vector<RowKey> rows_;
  std::uint32_t members_ = 0;
  bool collected_ = false;
  std::size_t slowest_ = noRow;
  Sequence lowest_;
  Sequence nextLowest_;
  Sequence published_;
  std::optional<Stall> stall_;
  std::variant<AwaitedMembership, AwaitedCommit> awaited_;
  LookPace namePace_;
};

}  // namespace sluice::detail
