#include "roles/rows_gate.hpp"

#include <algorithm>
#include <utility>

#include "format/end_of_stream.hpp"
#include "roles/run_order.hpp"
#include "sluice/detail/wait.hpp"

namespace sluice::detail {

RowsGate::RowsGate(const Participant& participant)
    : participant_(&participant),
      lowest_(beforeOldestWhole(
          participant.view().producer().limit.sequence.load(std::memory_order_relaxed),
          participant.view().geometry())),
      nextLowest_(lowest_),
      published_(lowest_),
      awaited_(std::in_place_type<AwaitedMembership>, participant.view(), members_) {
  rows_.reserve(participant.view().geometry().consumerRows);
}

std::uint32_t RowsGate::membership() const noexcept {
  return participant_->view().membership().count.load(
      std::memory_order_acquire);  // [C1] [C4] pair with [J2]
}

Sequence RowsGate::lowest(Sequence published) noexcept {
  published_ = published;
  const std::uint32_t members = membership();
  if (!collected_ || members != members_) {
    collectRows(members);
  } else if (slowest_ != noRow) {
    const Sequence cursor = cursorOf(rows_[slowest_]);
    if (reached(nextLowest_, cursor)) return lowest_ = cursor;
  }
  scan(published);
  return lowest_;
}

std::optional<RowsGate::Slowest> RowsGate::slowest() const noexcept {
  if (!collected_ || slowest_ == noRow) return std::nullopt;
  return Slowest{rows_[slowest_].row, lowest_, members_};
}

Sequence RowsGate::cursorOf(const RowKey& gating) const noexcept {
  return participant_->view()
      .consumer(gating.row)
      .cursor.sequence.load(std::memory_order_acquire);  // [C1] pairs with [P1] [J1] [J5]
}

void RowsGate::collectRows(std::uint32_t members) noexcept {
  const SegmentView& view = participant_->view();
  rows_.clear();
  for (std::uint32_t row = 0; row < view.geometry().consumerRows; ++row) {
    const RowWord word{
        view.consumer(row).row.load(std::memory_order_acquire)};  // [C1] pairs with [J1] [L1]
    if (word.gates()) rows_.push_back({row, word.generation()});
  }
  members_ = members;
  collected_ = true;
  slowest_ = noRow;
}

void RowsGate::scan(Sequence published) noexcept {
  slowest_ = noRow;
  if (rows_.empty()) {
    const Geometry& geometry = participant_->view().geometry();
    // A forked child finds no row, has no room, and is told so in wait().
    if (participant_->isInherited())
      lowest_ = published - geometry.capacity;
    else if (geometry.withoutConsumers == WithoutConsumers::runOn)
      lowest_ = published;
    return;
  }
  Sequence low = published;
  Sequence next = published;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Sequence cursor = cursorOf(rows_[i]);
    if (reached(cursor, low)) {
      next = lower(next, cursor);
    } else {
      next = low;
      low = cursor;
      slowest_ = i;
    }
  }
  lowest_ = low;
  nextLowest_ = next;
}

RowsGate::Waited RowsGate::wait(Sequence needed, const WaitLimit& limit,
                                const WaitStrategy& strategy) {
  return waitForSlowest(needed, limit, strategy, participant_->view().producer().fullWaits);
}

RowsGate::Waited RowsGate::waitForPayload(Sequence needed, const WaitLimit& limit,
                                          const WaitStrategy& strategy) {
  return waitForSlowest(needed, limit, strategy, participant_->view().producer().payloadWaits);
}

RowsGate::Waited RowsGate::waitForSlowest(Sequence needed, const WaitLimit& limit,
                                          const WaitStrategy& strategy,
                                          std::atomic<std::uint64_t>& waits) {
  if (participant_->isInherited()) return {Status::detached};
  if (slowest_ == noRow) return {waitForAnyRow(limit)};
  waits.fetch_add(1, std::memory_order_relaxed);
  Stall& stall = stallOf(blamed());
  auto& commit = awaited_.emplace<AwaitedCommit>(*participant_, rows_[slowest_], stall, members_,
                                                 needed, published_);
  return {waitFor(commit, strategy, limit)};
}

Awaited& RowsGate::awaited() noexcept {
  if (auto* commit = std::get_if<AwaitedCommit>(&awaited_)) return *commit;
  return *std::get_if<AwaitedMembership>(&awaited_);
}

/// The row that holds the slowest one up. Of rows that are equally slow it is the slowest from here
/// on, so that its commit ends the wait and the blame moves on; a row that shows a commit which
/// does not count is blamed all the same.
RowKey RowsGate::blamed() noexcept {
  const std::uint32_t row = holdingUp(participant_->view(), rows_[slowest_].row);
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [row](const RowKey& key) { return key.row == row; });
  if (found == rows_.end()) return rows_[slowest_];
  if (cursorOf(*found) == lowest_) slowest_ = static_cast<std::size_t>(found - rows_.begin());
  return *found;
}

Stall& RowsGate::stallOf(const RowKey& consumer) noexcept {
  const Sequence cursor = cursorOf(consumer);
  if (!stall_ || consumer != stall_->consumer || cursor != stall_->cursor)
    stall_.emplace(*participant_, consumer, cursor);
  return *stall_;
}

Status RowsGate::waitForAnyRow(const WaitLimit& limit) {
  if (namePace_.isDue() && !participant_->isNamed()) return Status::peerLeft;
  auto& change = awaited_.emplace<AwaitedMembership>(participant_->view(), members_);
  return waitFor(change, WaitStrategy::sleepAtOnce(), limit);
}

Status RowsGate::waitForNames(const std::vector<std::string_view>& names, const WaitLimit& limit) {
  for (;;) {
    const std::uint32_t members = membership();
    // Asked before the rows, so that a consumer which joined just before is seen.
    const bool mayCome = participant_->isNamed();
    const bool all = std::all_of(names.begin(), names.end(),
                                 [this](std::string_view name) { return hasJoined(name); });
    if (all) return Status::ok;
    if (!mayCome) return Status::peerLeft;
    // Members that come and go without end must not make the limit mean nothing.
    if (const Status over = limit.status(); over != Status::ok) return over;
    AwaitedMembership change(participant_->view(), members);
    const Status status = waitFor(change, WaitStrategy::sleepAtOnce(), limit);
    if (status != Status::ok) return status;
  }
}

bool RowsGate::hasJoined(std::string_view name) const {
  const auto key = findRow(participant_->view(), name);
  return key && !participant_->view().consumer(key->row).isJoining(cursorOf(*key)) &&
         participant_->isAlive(consumerParticipant(key->row));
}

}  // namespace sluice::detail
