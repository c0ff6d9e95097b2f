#include <algorithm>
#include <atomic>
#include <cstdint>

#include "end_of_stream.hpp"
#include "sluice/roles/consumer_seat.hpp"

namespace sluice {

using layout::ProducerState;

ConsumerSeat::PeerWatch::PeerWatch(ConsumerSeat& seat, Sequence target,
                                   const Upstream* upstream) noexcept
    : seat_(seat),
      target_(target),
      upstream_(upstream),
      producerDeath_(seat.participant_, layout::producerParticipant),
      upstreamDeath_(seat.participant_, upstream == nullptr
                                            ? layout::producerParticipant
                                            : layout::consumerParticipant(upstream->key.row)) {}

const std::atomic<std::uint32_t>* ConsumerSeat::PeerWatch::lifeline() const noexcept {
  return &upstreamDeath_.lifeline();
}

Ended ConsumerSeat::PeerWatch::ended(bool sliceOver) {
  if (seat_.isEvicted()) return Ended::evicted;
  const Ended producer = producerEnded(sliceOver);
  if (upstream_ == nullptr) return producer;
  // What the producer left behind still comes, once those before have read it.
  if (producer != Ended::no && !reached(endOfStream(seat_.view()), target_)) return producer;
  return upstreamEnded(sliceOver);
}

Ended ConsumerSeat::PeerWatch::producerEnded(bool sliceOver) {
  const layout::ProducerPage& page = seat_.view().producer();
  const auto state = page.state.load(std::memory_order_acquire);  // [E1] pairs with [E0]
  if (state == ProducerState::closed) return Ended::closed;
  if (seat_.withoutProducer_ == WithoutProducer::stay) return Ended::no;
  if (state == ProducerState::left) return Ended::peerLeft;
  if (!producerDeath_.isGone(sliceOver)) return Ended::no;
  // It may have left in order between the two looks.
  switch (page.state.load(std::memory_order_acquire)) {  // [E1] pairs with [E0]
    case ProducerState::closed:
      return Ended::closed;
    case ProducerState::left:
      return Ended::peerLeft;
    default:
      return Ended::peerDied;
  }
}

/// A dead one that is held is waited for as a living one is: its successor goes on in the same row.
Ended ConsumerSeat::PeerWatch::upstreamEnded(bool sliceOver) {
  if (upstream_->gone != Ended::no) return upstream_->gone;
  const layout::ConsumerPage& page = seat_.view().consumer(upstream_->key.row);
  if (page.onDeath.load(std::memory_order_acquire) == OnDeath::hold)  // [D3] pairs with [D2]
    return Ended::no;
  return upstreamDeath_.isGone(sliceOver) ? Ended::peerDied : Ended::no;
}

platform::TimePoint ConsumerSeat::PeerWatch::lookAgainAt() const noexcept {
  return std::min(producerDeath_.askAgainAt(), upstreamDeath_.askAgainAt());
}

void ConsumerSeat::PeerWatch::asleep() const noexcept {
  layout::ConsumerPage& own = seat_.page();
  own.asleepFor.store(target_ + 1, std::memory_order_relaxed);
  own.sleeps.fetch_add(1, std::memory_order_relaxed);
}

void ConsumerSeat::PeerWatch::awake() const noexcept {
  seat_.page().asleepFor.store(0, std::memory_order_relaxed);
}

}  // namespace sluice
