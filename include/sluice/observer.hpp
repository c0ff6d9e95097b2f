// The role that looks at a stream without anybody waiting for it.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include "sluice/detail/observer_engine.hpp"
#include "sluice/detail/observer_member.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/observation.hpp"
#include "sluice/options.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// Reads a stream by copying, with everything mapped read-only: it can disturb nobody, gates
/// nobody, and may be lapped by the producer. Then it says how many records it lost, and goes on at
/// the oldest that is surely whole. Never returns a torn record. Sleeps in slices of 2 ms, because
/// it cannot ask to be woken. Used by one thread at a time; movable. An observer that was moved
/// from, and in a forked child the parent's, finds nothing and says `detached`.
template <class T, SlotLayoutTag L = stamped>
class Observer {
 public:
  /// Errors: as Consumer::attach, less inUse and full.
  static Result<Observer> attach(std::string_view name, const ObserverOptions& options = {}) {
    auto attachment =
        detail::ObserverAttachment::attach(name, options, {describeRecord<T>(), L::value});
    if (!attachment) return attachment.error();
    return Observer(*std::move(attachment), options);
  }

  /// Copies the next record into `record`, once there is one. Without one, what `record` holds
  /// means nothing: half of a record that was overwritten meanwhile, perhaps.
  [[nodiscard]] Observation read(T& record, const WaitLimit& limit = {}) {
    return engine_.read(reinterpret_cast<std::byte*>(&record), limit);
  }

  /// The next record, once there is one; it lies in the observer until the next call.
  [[nodiscard]] Observed<T> wait(const WaitLimit& limit = {}) {
    const Observation seen = engine_.read(own_.get(), limit);
    return {seen, *reinterpret_cast<const T*>(own_ ? own_.get() : nothing.data())};
  }

  [[nodiscard]] Observed<T> tryWait() { return wait(WaitLimit::now()); }

  /// True while the segment's name still means this one. Costs system calls.
  bool isNamed() const { return engine_.attachment().isNamed(); }

  /// The sequence of the next record it will look for.
  Sequence next() const noexcept { return engine_.next(); }

 private:
  using Slot = detail::FixedSlot<T, L>;

  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember() {
    return std::make_unique<detail::ObserverMember<Slot>>(engine_);
  }

  static constexpr std::align_val_t alignment{alignof(T)};
  struct Free {
    void operator()(std::byte* bytes) const noexcept { ::operator delete(bytes, alignment); }
  };
  using Own = std::unique_ptr<std::byte, Free>;
  // What an observer that was moved from refers to.
  alignas(T) static inline constinit const std::array<std::byte, sizeof(T)> nothing{};

  Observer(detail::ObserverAttachment attachment, const ObserverOptions& options)
      : engine_(std::move(attachment), Slot{}, options.startAt, options.waitStrategy),
        own_(static_cast<std::byte*>(::operator new(sizeof(T), alignment))) {}

  detail::ObserverEngine<Slot> engine_;
  Own own_;  // on no stack, however large
};

}  // namespace sluice
