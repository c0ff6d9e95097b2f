// A producer as a member of a set.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "sluice/detail/producer_attachment.hpp"
#include "sluice/detail/producer_engine.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice::detail {

/// Waits for room. `Asker` says of the producer: attachment(); ask(), which is what a claim that
/// does not wait would say, and never throws; lookCloser(), after which ask() trusts nothing that
/// it has seen before.
template <class Asker>
class ProducerMember final : public WaitMember {
 public:
  explicit ProducerMember(Asker asker) : asker_(std::move(asker)) {}

  Status begin() override {
    if (asker_.attachment().isDetached()) return Status::detached;
    const Status status = asker_.ask();
    if (status != Status::ok && status != Status::timedOut) return status;
    if (!room_) room_.emplace(asker_);
    return Status::ok;
  }

  Awaited& awaited() noexcept override { return *room_; }

 private:
  struct Room final : ProducerAttachment::AwaitedRoom {
    explicit Room(Asker& owner) noexcept : AwaitedRoom(owner.attachment()), asker(owner) {}
    bool isReady() noexcept override {
      if (hasChanged()) asker.lookCloser();
      const Status status = asker.ask();
      if (status != Status::ok && status != Status::timedOut) endAs(status);
      return status == Status::ok;
    }

    Asker& asker;
  };

  Asker asker_;
  std::optional<Room> room_;
};

/// Asks for one record more.
template <class Slot>
class RoomForOne {
 public:
  RoomForOne(ProducerEngine<Slot>& engine) noexcept : engine_(engine) {}
  ProducerAttachment& attachment() noexcept { return engine_.attachment(); }
  /// A claim would fail where the whole ring is claimed and not published.
  Status ask() {
    const std::uint64_t unpublished = engine_.lastClaimed() - engine_.lastPublished();
    if (unpublished == engine_.ring().capacity()) return Status::allClaimed;
    return engine_.makeRoom(WaitLimit::now());
  }
  void lookCloser() noexcept { engine_.lookCloser(); }

 private:
  ProducerEngine<Slot>& engine_;
};

}  // namespace sluice::detail
