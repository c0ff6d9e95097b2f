// An observer of records whose type is known when the program runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// As Observer, with the record's type and the layout of the slots as values, which the segment
/// tells. What is not said here is as in Observer.
class UntypedObserver {
 public:
  /// Attaches to a segment, whatever its record and its layout. Errors: as Observer::attach, less
  /// recordMismatch.
  static Result<UntypedObserver> attach(std::string_view name,
                                        const ObserverOptions& options = {}) {
    return hold(detail::ObserverAttachment::attach(name, options, {.anyRecord = true}), options);
  }
  /// The same, if its record is of that description.
  static Result<UntypedObserver> attach(std::string_view name, const ObserverOptions& options,
                                        const RecordDescription& expected) {
    return hold(detail::ObserverAttachment::attach(name, options, {expected, {}}), options);
  }

  /// The name, size, alignment and fields of the record, as the segment tells them. Valid as long
  /// as this observer, and what it is moved to, lives.
  const RecordDescription& record() const { return engine_.attachment().record(); }
  SlotLayout slotLayout() const noexcept { return engine_.ring().layout; }
  std::uint64_t capacity() const noexcept { return engine_.ring().capacity(); }

  /// Copies the next record, once there is one, to record().size bytes at that address. Without
  /// one, what lies there means nothing.
  [[nodiscard]] Observation read(std::byte* to, const WaitLimit& limit = {}) {
    return engine_.read(to, limit);
  }

  bool isNamed() const { return engine_.attachment().isNamed(); }
  Sequence next() const noexcept { return engine_.next(); }

 private:
  friend class WaitSet;

  std::unique_ptr<detail::WaitMember> waitMember() {
    return std::make_unique<detail::ObserverMember<detail::AnySlot>>(engine_);
  }

  UntypedObserver(detail::ObserverAttachment attachment, const detail::AnySlot& slot,
                  const ObserverOptions& options)
      : engine_(std::move(attachment), slot, options.startAt, options.waitStrategy) {}

  static Result<UntypedObserver> hold(Result<detail::ObserverAttachment> attachment,
                                      const ObserverOptions& options) {
    if (!attachment) return attachment.error();
    const detail::AnySlot slot = attachment->slot();
    return UntypedObserver(*std::move(attachment), slot, options);
  }

  detail::ObserverEngine<detail::AnySlot> engine_;
};

}  // namespace sluice
