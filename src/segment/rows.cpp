#include "segment/rows.hpp"

#include <atomic>
#include <cstring>

#include "os/clock.hpp"
#include "os/futex.hpp"
#include "sluice/detail/doorbell.hpp"

namespace sluice::detail {

std::optional<RowKey> findRow(const SegmentView& view, std::string_view name) noexcept {
  for (std::uint32_t row = 0; row < view.geometry().consumerRows; ++row) {
    const ConsumerPage& page = view.consumer(row);
    for (;;) {
      const RowWord word{page.row.load(std::memory_order_acquire)};  // [C1] pairs with [J1]
      if (!word.gates() || nameIn(page) != name) break;
      // The name may be that of the next one in the row.
      const RowWord after{page.row.load(std::memory_order_acquire)};  // [C1] pairs with [J1]
      if (after.generation() == word.generation()) return RowKey{row, word.generation()};
    }
  }
  return std::nullopt;
}

std::string_view nameIn(const ConsumerPage& page) noexcept {
  return {page.name.data(), strnlen(page.name.data(), page.name.size())};
}

SequenceBarrier<Sequence> barrierOf(const SegmentView& view, std::uint32_t row) noexcept {
  ConsumerPage& page = view.consumer(row);
  // Commits wake their sleepers in every segment.
  const WakeProtocol protocol = view.geometry().wakeProtocol;
  return {page.cursor.sequence, view.doorbell(consumerParticipant(row)),
          protocol == WakeProtocol::none ? WakeProtocol::fence : protocol, &page.wakes};
}

SequenceBarrier<Sequence> producerBarrier(const SegmentView& view) noexcept {
  ProducerPage& page = view.producer();
  return {page.cursor.sequence, view.doorbell(producerParticipant), view.geometry().wakeProtocol,
          &page.wakes};
}

FutexExpectation producersEpoch(const SegmentView& view) noexcept {
  const Doorbell& doorbell = view.doorbell(producerParticipant);
  const DoorbellValue value{doorbell.load(std::memory_order_acquire)};  // [T0] pairs with [R1]
  return {epochWord(doorbell), value.epoch()};
}

void raiseMembership(const SegmentView& view) noexcept {
  view.membership().count.fetch_add(1, std::memory_order_seq_cst);  // [J2] pairs with [C1] [C4]
  wakeAll(&view.membership().count);
}

void endStream(const SegmentView& view, ProducerState state) noexcept {
  view.producer().endedAt.store(nanosecondsSinceBoot(), std::memory_order_relaxed);
  view.producer().state.store(state, std::memory_order_release);  // [E0] pairs with [E1]
  producerBarrier(view).ring();
  // Consumers that run after others sleep on those.
  for (std::uint32_t row = 0; row < view.geometry().consumerRows; ++row) {
    const RowWord word{view.consumer(row).row.load(std::memory_order_acquire)};
    if (word.gates()) barrierOf(view, row).ring();
  }
}

void announceRowChange(const SegmentView& view, std::uint32_t row) noexcept {
  raiseMembership(view);
  barrierOf(view, row).ring();
}

}  // namespace sluice::detail
