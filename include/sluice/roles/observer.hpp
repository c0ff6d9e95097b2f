// One that looks at a stream without anybody waiting for it.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "sluice/core/ended.hpp"
#include "sluice/core/ring.hpp"
#include "sluice/core/wait_limit.hpp"
#include "sluice/layout/schema.hpp"
#include "sluice/layout/sequence.hpp"
#include "sluice/layout/slot.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/roles/observer_seat.hpp"
#include "sluice/roles/options.hpp"

namespace sluice {

/// A copy of one record, or why there is none.
template <class T>
struct Observed {
  T record;
  Sequence sequence;   ///< of the record; of none, the one that would come next
  std::uint64_t lost;  ///< records overwritten between the last one returned and this one
  Ended ended;         ///< Ended::no for a record
  explicit operator bool() const noexcept { return ended == Ended::no; }
};

/// Reads a stream by copying, with everything mapped read-only: it can disturb nobody, gates
/// nobody, and may be lapped by the producer. Then it says how many records it lost, and goes on at
/// the oldest that is surely whole. Never returns a torn record. Sleeps in slices of 2 ms, because
/// it cannot ask to be woken. Used by one thread at a time; movable.
template <class T, SlotLayoutTag L = stamped>
class Observer {
 public:
  /// Errors: as Consumer::attach, less inUse and full.
  static Result<Observer> attach(std::string_view name, const ObserverOptions& options = {}) {
    auto seat = ObserverSeat::take(name, options, describeRecord<T>(), L::value);
    if (!seat) return seat.error();
    return Observer(std::move(*seat), options);
  }

  /// The next record, once there is one.
  Observed<T> wait(const WaitLimit& limit = {}) {
    Observed<T> seen{{}, next_, 0, Ended::no};
    std::uint32_t lapses = 0;
    for (std::uint32_t round = 0;;) {
      const Found found = copyNext(seen.record);
      if (found == Found::whole) {
        seen.sequence = next_++;
        return seen;
      }
      if (found == Found::overwritten) {
        const Sequence oldest = std::max(seat_->oldestWhole(), next_ + 1);
        seen.lost += oldest - next_;
        next_ = oldest;
        if (++lapses % lapsesPerLook != 0 || !limit.isOver()) continue;
        seen.ended = limit.stop().stop_requested() ? Ended::stopped : Ended::timedOut;
        return seen.sequence = next_, seen;
      }
      seen.ended = seat_->idle(round++, limit, strategy_);
      if (seen.ended == Ended::no) continue;
      // The last record may have come just before the end.
      if (copyNext(seen.record) == Found::notYet) return seen.sequence = next_, seen;
      seen.ended = Ended::no;
    }
  }

  Observed<T> tryWait() { return wait(WaitLimit::now()); }

  /// The sequence of the next record it will look for.
  Sequence next() const noexcept { return next_; }

 private:
  // A producer that laps without end must not make a limit mean nothing.
  static constexpr std::uint32_t lapsesPerLook = 64;

  enum class Found { notYet, whole, overwritten };

  Observer(std::unique_ptr<ObserverSeat> seat, const ObserverOptions& options)
      : seat_(std::move(seat)),
        ring_(seat_->view().ring(), seat_->view().geometry().capacity),
        cursor_(&seat_->view().producer().cursor.sequence),
        next_(seat_->start(options.startAt)),
        strategy_(options.waitStrategy) {}

  Found copyNext(T& record) const noexcept {
    if (!hasArrived()) return Found::notYet;
    std::memcpy(&record, &ring_.slot(next_).record, sizeof(T));
    return seat_->isWhole(next_) ? Found::whole : Found::overwritten;
  }

  bool hasArrived() const noexcept {
    if constexpr (Ring<T, L>::hasStamps) {
      // A later lap's stamp counts as arrived: what was there is then found overwritten.
      const std::uint64_t stamp = ring_.stampIn(ring_.slot(next_));
      return distance(layout::stampOf(next_), stamp) >= 0;
    } else {
      return reached(cursor_->load(std::memory_order_acquire), next_);  // [W1] pairs with [P1]
    }
  }

  std::unique_ptr<ObserverSeat> seat_;
  Ring<T, L> ring_;
  const std::atomic<Sequence>* cursor_;
  Sequence next_;
  WaitStrategy strategy_;
};

}  // namespace sluice
