#include "roles/payload_room.hpp"

#include <algorithm>

#include "format/payload_positions.hpp"
#include "sluice/detail/fence.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {

PayloadClaim PayloadRoom::claim(const PayloadAsk& ask, const WaitLimit& limit) {
  // Members that come and go without end must not make a limit mean nothing.
  constexpr std::uint32_t looksPerLimit = 64;
  const WaitLimit started = limit.started();
  for (std::uint32_t round = 1;; ++round) {
    const Status over = round % looksPerLimit == 0 ? started.status() : Status::ok;
    if (over != Status::ok) return {0, over};
    const Look seen = look(ask);
    if (seen == Look::room) return {granted_, Status::ok};
    if (seen == Look::corrupt) return {0, Status::corrupt};
    if (seen == Look::changed) continue;
    const auto waited = seen == Look::payloadIsShort
                            ? gate_.waitForPayload(needed_, started, strategy_)
                            : gate_.wait(needed_, started, strategy_);
    if (waited.status != Status::ok) return {0, waited.status};
  }
}

/// Slots and payload are judged by one gate. Payload from the position of the first message after
/// it on is still to be read. Where a consumer joins, the gate may be so low that the slot of that
/// message holds a later one: its position is not known then.
PayloadRoom::Look PayloadRoom::look(const PayloadAsk& ask) {
  const Geometry& geometry = view_.geometry();
  const std::uint32_t members = gate_.membership();
  const Sequence gate = gate_.lowest(ask.published);
  const Sequence slotNeeds = ask.claimed + 1 - geometry.capacity;
  const bool hasSlot = reached(gate, slotNeeds);
  std::uint64_t end = 0;
  bool hasPayload = false;
  if (hasSlot) {
    const std::uint64_t floor =
        gate == ask.published ? ask.publishedEnd : positionOf(view_, gate + 1);
    if (!reached(ask.publishedEnd, floor)) return Look::corrupt;
    end = floor + geometry.payloadSize;
    hasPayload = reached(end, ask.end);
  }
  if (hasPayload) {
    const std::uint64_t step = std::max(geometry.payloadSize / 8, ask.end - ask.position);
    granted_ = lower(end, ask.position + step);
    raise(granted_);
  }
  lightFence(geometry.wakeProtocol);                        // [C3] pairs with [J3]
  if (gate_.membership() != members) return Look::changed;  // [C4] pairs with [J2]
  if (hasPayload) {
    releaseFence();  // [P0] before the payload is written
    return Look::room;
  }
  needed_ = slotNeeds;
  if (!hasSlot) return Look::slotsAreShort;
  needed_ = firstReaching(view_, gate, ask.published, ask.end - geometry.payloadSize) - 1;
  return Look::payloadIsShort;
}

/// Never back: an observer that copies a payload which was claimed before, by a predecessor or
/// before the claim was abandoned, must go on seeing that.
void PayloadRoom::raise(std::uint64_t position) noexcept {
  auto& limit = view_.producer().payloadLimit;
  if (!reached(limit.load(std::memory_order_relaxed), position))
    limit.store(position, std::memory_order_relaxed);  // [C2] pairs with [J4] [O4]
}

}  // namespace sluice::detail
