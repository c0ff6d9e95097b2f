#include "sluice/core/bell.hpp"

#include <array>
#include <span>

namespace sluice {

void Bell::ring() const noexcept {
  std::uint64_t word = doorbell_->load(std::memory_order_relaxed);
  while (!doorbell_->compare_exchange_weak(
      word, layout::DoorbellValue{word}.answered().word, std::memory_order_seq_cst,
      std::memory_order_relaxed)) {  // [R1] pairs with [W2] [W5]
  }
  // Not counted: who waits may ring too, and may not write where wakes are counted.
  platform::wakeAll(layout::epochWord(*doorbell_));
}

platform::Sleep Bell::sleep(std::uint32_t epoch, const std::atomic<std::uint32_t>* lifeline,
                            std::uint32_t alive, platform::TimePoint until) const noexcept {
  const std::array<platform::FutexExpectation, 2> words{
      {{layout::epochWord(*doorbell_), epoch}, {lifeline, alive}}};  // [W5] pairs with [P4] [R1]
  const std::size_t count = lifeline == nullptr ? 1 : 2;
  return platform::sleepOn(std::span(words).first(count), until);
}

void Bell::wakeAll(const layout::Doorbell& doorbell, std::atomic<std::uint64_t>* wakes) noexcept {
  platform::wakeAll(layout::epochWord(doorbell));
  if (wakes != nullptr) wakes->fetch_add(1, std::memory_order_relaxed);
}

}  // namespace sluice
