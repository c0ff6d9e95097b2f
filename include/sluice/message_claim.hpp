// A message that is being written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sluice/c/linkage.h"
#include "sluice/detail/message_ledger.hpp"
#include "sluice/message_kind.hpp"
#include "sluice/status.hpp"

namespace sluice {

/// Room for one message in the ring. It is written in place, finished, and then published by its
/// producer. Valid until a claim is finished, this one or another, and as long as its producer
/// lives and is not moved: of several that are made without finishing any, which lie at the same
/// place, one can be finished. A claim that is used later may be told from a valid one only until
/// the ring has come round. A copy is the same claim.
class [[nodiscard]] MessageClaim {
 public:
  /// False when there was no room, and status() says why.
  explicit operator bool() const noexcept { return place_ != nullptr; }
  Status status() const noexcept { return status_; }

  /// As many bytes as were claimed, aligned to 8. They hold what was there before.
  std::span<std::byte> bytes() const noexcept { return {place_, size_}; }

  /// The message is the first `size` of the bytes; the others go back. Throws Exception when that
  /// is more than were claimed, when the claim is false, and when its place has been used since.
  void finish(std::size_t size, Kind kind = Kind{}) const {
    ledger_->finish(place_, size_, size, static_cast<std::uint32_t>(kind));
  }

  /// Gives the claim back, which is false then: there is no message.
  void abandon() noexcept {
    place_ = noPlace;
    size_ = 0;
  }

 private:
  friend class MessageProducer;

  MessageClaim(detail::MessageLedger& ledger, std::byte* place, std::size_t size) noexcept
      : ledger_(&ledger), place_(place), size_(size) {}
  MessageClaim(detail::MessageLedger& ledger, Status status) noexcept
      : ledger_(&ledger), status_(status) {}

  // Null. Compilers that know that warn of a finish which no run gets to.
  SLUICE_API static std::byte* const noPlace;

  detail::MessageLedger* ledger_;
  std::byte* place_ = noPlace;
  std::size_t size_ = 0;
  Status status_ = Status::ok;
};

}  // namespace sluice
