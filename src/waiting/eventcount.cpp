#include "sluice/detail/eventcount.hpp"

#include "os/futex.hpp"

namespace sluice::detail {

void Eventcount::ring() const noexcept {
  std::uint64_t word = doorbell_->load(std::memory_order_relaxed);
  while (!doorbell_->compare_exchange_weak(
      word, DoorbellValue{word}.answered().word, std::memory_order_seq_cst,
      std::memory_order_relaxed)) {  // [R1] pairs with [W2] [W5]
  }
  // Not counted: a waiter may ring too, and may not write where wakes are counted.
  wakeAll(epochWord(*doorbell_));
}

void Eventcount::wakeSleepers(const Doorbell& doorbell,
                              std::atomic<std::uint64_t>* wakes) noexcept {
  wakeAll(epochWord(doorbell));
  if (wakes != nullptr) wakes->fetch_add(1, std::memory_order_relaxed);
}

}  // namespace sluice::detail
