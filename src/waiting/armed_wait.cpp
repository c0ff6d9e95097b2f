#include "waiting/armed_wait.hpp"

#include "format/lifeline_value.hpp"
#include "os/futex.hpp"

namespace sluice::detail {

FutexExpectation DeathRelay::look(const std::atomic<std::uint32_t>& lifeline) noexcept {
  if (lifeline_ != &lifeline) toldOf_ = 0;
  lifeline_ = &lifeline;
  const std::uint32_t value = lifeline.load(std::memory_order_acquire);  // [D1] pairs with [D0]
  if (value != toldOf_ && LifelineValue{value}.ownerDied()) wakeAll(&lifeline);
  toldOf_ = value;
  return {&lifeline, value};
}

void DeathRelay::lookAfter() const noexcept {
  if (lifeline_ == nullptr) return;
  if (lifeline_->load(std::memory_order_acquire) != toldOf_) wakeAll(lifeline_);  // [D1]
}

void ArmedWait::begin(Awaited& awaited) noexcept {
  if (awaited_ != &awaited) word_ = {nullptr, 0};
  awaited_ = &awaited;
}

void ArmedWait::arm() noexcept {
  const auto doorbell = awaited_->eventcount();
  if (isFenced_ && doorbell && doorbell->isArmed(word_)) return;
  word_ = awaited_->arm();  // [W2]
  needsFence_ = true;
}

void ArmedWait::passedFence(bool isGood) noexcept {
  if (needsFence_) isFenced_ = isGood;
  needsFence_ = false;
}

bool ArmedWait::isArmedStill() const noexcept {
  const auto doorbell = awaited_->eventcount();
  const bool asksForWakes = doorbell && doorbell->protocol() != WakeProtocol::none;
  return !asksForWakes || doorbell->isArmed(word_);
}

std::size_t ArmedWait::look(FutexExpectation* words) noexcept {
  std::size_t count = 0;
  words[count++] = word_;
  const Awaited::Lifelines lifelines = awaited_->lifelines();
  for (std::size_t i = 0; i < lifelines.size(); ++i)
    if (lifelines[i] != nullptr) words[count++] = relays_[i].look(*lifelines[i]);
  return count;
}

void ArmedWait::lookAfter() const noexcept {
  for (const DeathRelay& relay : relays_)
    relay.lookAfter();
}

}  // namespace sluice::detail
