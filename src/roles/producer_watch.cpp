#include "roles/producer_watch.hpp"

namespace sluice::detail {

Status ProducerWatch::check(Sequence progress) {
  const Status said = saidEnd();
  if (said != Status::ok) return said;
  if (withoutProducer_ == WithoutProducer::stay) return checkForSuccessors();
  if (!death_.isGone(progress)) return Status::ok;
  // It may have left in order between the two looks.
  const Status late = saidEnd();
  return late == Status::ok ? Status::peerDied : late;
}

Status ProducerWatch::checkForSuccessors() {
  if (withoutSuccessor_ != Status::ok || !successor_.noneCanCome()) return withoutSuccessor_;
  const auto state =
      view_.producer().state.load(std::memory_order_acquire);  // [E1] pairs with [E0]
  if (state == ProducerState::closed) return Status::closed;
  withoutSuccessor_ = state == ProducerState::left ? Status::peerLeft : Status::peerDied;
  return withoutSuccessor_;
}

Status ProducerWatch::saidEnd() const noexcept {
  const auto state =
      view_.producer().state.load(std::memory_order_acquire);  // [E1] pairs with [E0]
  if (state == ProducerState::closed) return Status::closed;
  const bool left = state == ProducerState::left;
  return left && withoutProducer_ == WithoutProducer::end ? Status::peerLeft : Status::ok;
}

}  // namespace sluice::detail
