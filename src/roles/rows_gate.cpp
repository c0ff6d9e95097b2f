#include "sluice/roles/rows_gate.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <optional>
#include <stop_token>
#include <string>

#include "row_watch.hpp"
#include "sluice/core/waiting.hpp"
#include "sluice/platform/futex.hpp"

namespace sluice {
namespace {

using layout::consumerParticipant;
using layout::RowWord;
using layout::SegmentView;

void raiseMembership(const SegmentView& view) noexcept {
  view.membership().count.fetch_add(1, std::memory_order_seq_cst);  // [J2] pairs with [C1] [C4]
  platform::wakeAll(&view.membership().count);
}

}  // namespace

SequenceBarrier<Sequence> barrierOf(const SegmentView& view, std::uint32_t row) noexcept {
  layout::ConsumerPage& page = view.consumer(row);
  return {page.cursor.sequence, view.doorbell(consumerParticipant(row)),
          view.geometry().wakeProtocol, &page.wakes};
}

SequenceBarrier<Sequence> producerBarrier(const SegmentView& view) noexcept {
  layout::ProducerPage& page = view.producer();
  return {page.cursor.sequence, view.doorbell(layout::producerParticipant),
          view.geometry().wakeProtocol, &page.wakes};
}

void announceRowChange(const SegmentView& view, std::uint32_t row) noexcept {
  raiseMembership(view);
  barrierOf(view, row).ring();
}

RowsGate::RowsGate(const Participant& participant)
    : participant_(&participant),
      lowest_(beforeOldestWhole(
          participant.view().producer().limit.sequence.load(std::memory_order_relaxed),
          participant.view().geometry().capacity)),
      nextLowest_(lowest_),
      published_(lowest_) {
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

Sequence RowsGate::cursorOf(const ConsumerKey& gating) const noexcept {
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
    const bool runsOn =
        participant_->view().geometry().withoutConsumers == layout::WithoutConsumers::runOn;
    if (runsOn) lowest_ = published;
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
  if (slowest_ == noRow) return {waitForMembership(members_, limit)};
  const SegmentView& view = participant_->view();
  view.producer().fullWaits.fetch_add(1, std::memory_order_relaxed);
  const ConsumerKey gating = rows_[slowest_];
  const auto isReached = [&] {
    return reached(cursorOf(gating), needed) || membership() != members_;
  };
  RowWatch watch(*participant_, stallOf(gating), published_);
  const auto barrier = barrierOf(view, gating.row);
  return {Waiting(barrier.bell(), needed, isReached, watch).wait(strategy, limit)};
}

Stall& RowsGate::stallOf(const ConsumerKey& consumer) noexcept {
  const Sequence cursor = cursorOf(consumer);
  if (consumer != stall_.consumer || cursor != stall_.cursor)
    stall_ = {consumer, cursor, platform::forever};
  return stall_;
}

Ended RowsGate::waitForMembership(std::uint32_t seen, const WaitLimit& limit) const {
  const SegmentView& view = participant_->view();
  const auto wakeMe = [&view] { raiseMembership(view); };
  std::optional<std::stop_callback<decltype(wakeMe)>> onStop;
  if (limit.stop().stop_possible()) onStop.emplace(limit.stop(), wakeMe);
  for (;;) {
    if (limit.stop().stop_requested()) return Ended::stopped;
    if (membership() != seen) return Ended::no;
    const auto now = std::chrono::steady_clock::now();
    if (now >= limit.deadline()) return Ended::timedOut;
    const platform::FutexExpectation word{&view.membership().count, seen};
    platform::sleepOn({&word, 1}, std::min(now + sleepSlice, limit.deadline()));
  }
}

Ended RowsGate::waitForNames(const std::vector<std::string_view>& names, const WaitLimit& limit) {
  for (;;) {
    const std::uint32_t members = membership();
    const bool all = std::all_of(names.begin(), names.end(),
                                 [this](std::string_view name) { return hasJoined(name); });
    if (all) return Ended::no;
    if (const Ended ended = waitForMembership(members, limit); ended != Ended::no) return ended;
  }
}

bool RowsGate::hasJoined(std::string_view name) const {
  const auto key = findRow(participant_->view(), name);
  return key && !participant_->view().consumer(key->row).isJoining(cursorOf(*key)) &&
         participant_->isAlive(consumerParticipant(key->row));
}

std::optional<ConsumerKey> findRow(const SegmentView& view, std::string_view name) noexcept {
  for (std::uint32_t row = 0; row < view.geometry().consumerRows; ++row) {
    const layout::ConsumerPage& page = view.consumer(row);
    for (;;) {
      const RowWord word{page.row.load(std::memory_order_acquire)};  // [C1] pairs with [J1]
      const std::string_view found(page.name.data(), strnlen(page.name.data(), page.name.size()));
      if (!word.gates() || found != name) break;
      // The name may be that of the next one in the row.
      const RowWord after{page.row.load(std::memory_order_acquire)};  // [C1] pairs with [J1]
      if (after.generation() == word.generation()) return ConsumerKey{row, word.generation()};
    }
  }
  return std::nullopt;
}

}  // namespace sluice
