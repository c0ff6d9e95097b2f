#include "roles/upstream.hpp"

#include <cstdint>

namespace sluice::detail {

Upstream::Upstream(const Participant& follower, const RowKey& key) noexcept
    : page_(follower.view().consumer(key.row)), key_(key), watch_(follower, key.row) {}

void Upstream::look() noexcept {
  if (gone_ != Status::ok) return;
  std::uint64_t row = page_.row.load(std::memory_order_acquire);  // [U1] pairs with [J1] [K1] [L1]
  // The cursor belongs to the row word that was the same before and after: to this consumer. Of a
  // consumer that has gone it is the last.
  for (std::uint64_t before = ~row; before != row;) {
    const RowWord word{row};
    // A row that changed hands says nothing of the consumer that had it.
    if (word.generation() != key_.generation) break;
    const Sequence cursor =
        page_.cursor.sequence.load(std::memory_order_acquire);  // [U1] pairs with [P1]
    const bool mayBeEvicted = page_.evictAfter.load(std::memory_order_relaxed) != 0;
    before = row;
    row = page_.row.load(std::memory_order_acquire);  // [U1] pairs with [J1] [K1] [L1]
    if (before != row) continue;
    // The commit of a consumer that may be evicted counts once its row says so.
    committed_ = mayBeEvicted ? word.committedUpTo(cursor) : cursor;
  }
  const RowWord word{row};
  if (word.generation() != key_.generation || !word.gates())
    gone_ = word.state() == RowState::evicted ? Status::peerDied : Status::peerLeft;
}

Status Upstream::check() {
  if (gone_ != Status::ok) return gone_;
  const bool isHeld =
      page_.onDeath.load(std::memory_order_acquire) == OnDeath::hold;  // [D3] pairs with [D2]
  const bool isGone = watch_.isGone(isHeld, committed_);
  if (isHeld && isGone) gone_ = Status::peerDied;
  return isGone ? Status::peerDied : Status::ok;
}

}  // namespace sluice::detail
