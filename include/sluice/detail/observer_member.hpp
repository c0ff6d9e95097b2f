// An observer as a member of a set.
#pragma once

#include <optional>

#include "sluice/detail/observer_attachment.hpp"
#include "sluice/detail/observer_engine.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/status.hpp"

namespace sluice::detail {

/// Waits for the next record to copy, or to find overwritten.
template <class Slot>
class ObserverMember final : public WaitMember {
 public:
  explicit ObserverMember(ObserverEngine<Slot>& engine) noexcept : engine_(engine) {}

  Status begin() override {
    if (engine_.isDetached()) return Status::detached;
    if (!copy_) copy_.emplace(engine_);
    return Status::ok;
  }

  Awaited& awaited() noexcept override { return *copy_; }

 private:
  struct Copy final : ObserverAttachment::AwaitedCopy {
    explicit Copy(ObserverEngine<Slot>& owner) noexcept
        : AwaitedCopy(owner.attachment()), engine(owner) {}
    bool isReady() noexcept override { return engine.hasArrived(); }

    ObserverEngine<Slot>& engine;
  };

  ObserverEngine<Slot>& engine_;
  std::optional<Copy> copy_;
};

}  // namespace sluice::detail
