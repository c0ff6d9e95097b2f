// A message that is being written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sluice/detail/message_ledger.hpp"
#include "sluice/message_kind.hpp"
#include "sluice/status.hpp"

namespace sluice {

/// Room for one message in the ring. It is written in place, finished, and then published by its
/// producer; the next claim may be made once this one is finished or given back. Valid until then,
/// and as long as its producer lives and is not moved. A copy is the same claim.
class [[nodiscard]] MessageClaim {
 public:
  /// False when there was no room, and status() says why.
  explicit operator bool() const noexcept { return place_ != nullptr; }
  Status status() const noexcept { return status_; }

  /// As many bytes as were claimed, aligned to 8. They hold what was there before.
  std::span<std::byte> bytes() const noexcept { return {place_, size_}; }

  /// The message is the first `size` of the bytes; the others go back. Throws Exception when that
  /// is more than were claimed, or the claim is not open any more.
  void finish(std::size_t size, Kind kind = Kind{}) const {
    ledger_->finish(slot_, place_, size_, size, static_cast<std::uint32_t>(kind));
  }

  /// Gives the claim back: there is no message. No effect on a claim that is not open any more.
  void abandon() const noexcept {
    if (ledger_ != nullptr) ledger_->giveBack(slot_);
  }

 private:
  friend class MessageProducer;

  MessageClaim(detail::MessageLedger& ledger, std::byte* place, std::size_t size) noexcept
      : ledger_(&ledger), slot_(ledger.openSlot()), place_(place), size_(size) {}
  explicit MessageClaim(Status status) noexcept : status_(status) {}

  detail::MessageLedger* ledger_ = nullptr;
  std::byte* slot_ = nullptr;
  std::byte* place_ = nullptr;
  std::size_t size_ = 0;
  Status status_ = Status::ok;
};

}  // namespace sluice
