// The slowest of several barriers.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sluice/sequence_barrier.hpp"

namespace sluice {

/// Waits until every barrier of the group has reached a sequence. With no member it gates nobody.
/// A Gate for SingleProducerSequencer whose members never change.
template <SequenceNumber S>
class BarrierGroup {
 public:
  BarrierGroup(std::vector<SequenceBarrier<S>> members) : members_(std::move(members)) {}
  BarrierGroup(SequenceBarrier<S> member) : members_{member} {}

  /// The lowest last-published sequence of the members, none of which is ahead of `published`;
  /// `published` itself without members.
  S lowest(S published) const noexcept {
    S low = published;
    for (const auto& member : members_)
      low = lower(low, member.lastPublished());
    return low;
  }

  /// Waits for one after the other, so it is asleep on at most one at a time. A member may have
  /// reached more by the time the last one is there; the result is the lowest seen.
  WaitResult<S> wait(S target, const WaitLimit& limit = {},
                     const WaitStrategy& strategy = {}) const {
    WaitResult<S> slowest{target, Status::ok};
    const WaitLimit started = limit.started();
    bool first = true;
    for (const auto& member : members_) {
      const WaitResult<S> result = member.wait(target, started, strategy);
      if (!result) return result;
      slowest.lastPublished =
          first ? result.lastPublished : lower(slowest.lastPublished, result.lastPublished);
      first = false;
    }
    return slowest;
  }

  /// Never changes.
  std::uint32_t membership() const noexcept { return 0; }

 private:
  std::vector<SequenceBarrier<S>> members_;
};

}  // namespace sluice
