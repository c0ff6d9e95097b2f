#include "sluice/roles/observer_seat.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

#include "end_of_stream.hpp"
#include "sluice/core/waiting.hpp"
#include "sluice/layout/doorbell.hpp"
#include "sluice/platform/fence.hpp"
#include "sluice/platform/futex.hpp"
#include "sluice/roles/opening.hpp"

namespace sluice {
namespace {

using layout::ProducerState;

// Long enough to cost next to nothing while the stream is idle, short enough for a person.
constexpr std::chrono::microseconds observerSlice{2000};
constexpr std::uint32_t slicesPerLeaseLook = 125;
constexpr std::uint32_t looksPerCheck = 64;

}  // namespace

Result<std::unique_ptr<ObserverSeat>> ObserverSeat::take(std::string_view segment,
                                                         const ObserverOptions& options,
                                                         const RecordDescription& record,
                                                         layout::SlotLayout slotLayout) {
  const platform::SegmentPath path{options.directory, std::string(segment)};
  const Expectation expectation{record, slotLayout, mappingOptions(options.memory)};
  auto participant = onceItAppears(path, options.appearWithin,
                                   [&] { return Participant::openAsObserver(path, expectation); });
  if (!participant) return participant.error();
  std::unique_ptr<ObserverSeat> seat(
      new ObserverSeat(std::move(*participant), options.withoutProducer));
  return seat;
}

ObserverSeat::ObserverSeat(Participant participant, WithoutProducer withoutProducer)
    : participant_(std::move(participant)), withoutProducer_(withoutProducer) {}

Sequence ObserverSeat::start(StartAt startAt) const noexcept {
  if (startAt == StartAt::oldest) return oldestWhole();
  return endOfStream(view()) + 1;
}

Sequence ObserverSeat::oldestWhole() const noexcept {
  const Sequence limit = view().producer().limit.sequence.load(std::memory_order_acquire);  // [O3]
  return beforeOldestWhole(limit, view().geometry().capacity) + 1;
}

bool ObserverSeat::isWhole(Sequence sequence) const noexcept {
  platform::acquireFence();  // [O1] the copy comes before the look
  const Sequence claimed =
      view().producer().claimed.sequence.load(std::memory_order_relaxed);  // [O2] pairs with [P0]
  return !reached(claimed, sequence + view().geometry().capacity);
}

Ended ObserverSeat::idle(std::uint32_t round, const WaitLimit& limit,
                         const WaitStrategy& strategy) const {
  if (limit.isNow()) {
    const Ended ended = producerEnded(true);
    return ended == Ended::no ? Ended::timedOut : ended;
  }
  const bool spun = strategy.idle(round);
  if (spun && round % looksPerCheck != 0) return Ended::no;
  if (limit.stop().stop_requested()) return Ended::stopped;
  const auto now = std::chrono::steady_clock::now();
  if (now >= limit.deadline()) return Ended::timedOut;
  if (const Ended ended = producerEnded(round % slicesPerLeaseLook == 0); ended != Ended::no)
    return ended;
  if (spun) return Ended::no;
  const layout::Doorbell& doorbell = view().doorbell(layout::producerParticipant);
  const layout::DoorbellValue seen{doorbell.load(std::memory_order_relaxed)};
  const platform::FutexExpectation epoch{layout::epochWord(doorbell), seen.epoch()};
  platform::sleepOn({&epoch, 1}, std::min(now + observerSlice, limit.deadline()));
  return Ended::no;
}

Ended ObserverSeat::producerEnded(bool askLease) const {
  const auto state =
      view().producer().state.load(std::memory_order_acquire);  // [E1] pairs with [E0]
  if (state == ProducerState::closed) return Ended::closed;
  if (withoutProducer_ == WithoutProducer::stay) return Ended::no;
  if (state == ProducerState::left) return Ended::peerLeft;
  const bool dead = askLease && !participant_.isAlive(layout::producerParticipant);
  if (!dead) return Ended::no;
  return view().producer().state.load(std::memory_order_acquire) == ProducerState::live
             ? Ended::peerDied
             : producerEnded(false);
}

}  // namespace sluice
