// The list of words that the kernel marks when a thread dies.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sluice::detail {

/// The robust-futex list of one thread (set_robust_list(2)). The kernel walks it when the thread
/// ends for whatever reason: in each word that still holds the thread's id it sets
/// FUTEX_OWNER_DIED, and wakes one sleeper. Only the owning thread may call anything here; the
/// object must outlive it. At most 2,048 words; the kernel marks no more.
class RobustList {
 public:
  /// A word's node lies this many bytes before it, in memory that no other process can write, so
  /// that the kernel follows no pointer of theirs.
  static constexpr std::ptrdiff_t nodeDistance = 4096;

  RobustList() noexcept;
  RobustList(const RobustList&) = delete;
  RobustList& operator=(const RobustList&) = delete;

  /// No word is in it.
  bool isEmpty() const noexcept { return head_.list.next == &head_.list; }

  /// Makes this the calling thread's list, whichever thread had it before. Where the kernel or a
  /// filter forbids it, nothing is marked.
  void install() noexcept;

  /// Stores the thread's id, with FUTEX_WAITERS, into the word, which is marked from then on when
  /// the thread dies. A thread that dies in here leaves the word marked or 0. Leaves the word 0
  /// without an installed list.
  void add(std::atomic<std::uint32_t>& word) noexcept;

  /// Stores 0 into the word and forgets it. Of a word that was not added: no effect.
  void remove(std::atomic<std::uint32_t>& word) noexcept;

 private:
  // The kernel's struct robust_list and struct robust_list_head.
  struct Node {
    Node* next;
  };
  struct Head {
    Node list;
    long futexOffset;
    Node* pending;
  };
  static Node* nodeOf(std::atomic<std::uint32_t>& word) noexcept;

  Head head_;
  std::uint32_t thread_ = 0;
};

}  // namespace sluice::detail
