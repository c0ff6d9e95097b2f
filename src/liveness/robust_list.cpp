#include "liveness/robust_list.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <new>

namespace sluice::detail {

RobustList::RobustList() noexcept : head_{{&head_.list}, nodeDistance, nullptr} {}

void RobustList::install() noexcept {
  static_assert(sizeof(Head) == sizeof(robust_list_head));
  const bool isInstalled = syscall(SYS_set_robust_list, &head_, sizeof(head_)) == 0;
  thread_ = isInstalled ? static_cast<std::uint32_t>(syscall(SYS_gettid)) : 0;
}

RobustList::Node* RobustList::nodeOf(std::atomic<std::uint32_t>& word) noexcept {
  return reinterpret_cast<Node*>(reinterpret_cast<std::byte*>(&word) - nodeDistance);
}

void RobustList::add(std::atomic<std::uint32_t>& word) noexcept {
  word.store(0, std::memory_order_relaxed);
  if (thread_ == 0) return;
  Node* const node = new (nodeOf(word)) Node{head_.list.next};
  // The thread may be killed between any two stores, so the list must be whole after each.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  head_.list.next = node;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  word.store(thread_ | FUTEX_WAITERS, std::memory_order_release);  // [D0] pairs with [D1]
}

void RobustList::remove(std::atomic<std::uint32_t>& word) noexcept {
  Node* const node = nodeOf(word);
  for (Node* before = &head_.list; before->next != &head_.list; before = before->next) {
    if (before->next != node) continue;
    word.store(0, std::memory_order_release);  // [D0] pairs with [D1]
    std::atomic_signal_fence(std::memory_order_seq_cst);
    before->next = node->next;
    return;
  }
}

}  // namespace sluice::detail
