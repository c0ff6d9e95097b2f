// The reader of every ring of messages whose name matches a pattern.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "sluice/detail/fan_in_core.hpp"
#include "sluice/detail/fan_in_reader.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/fan_in_event.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/message_batch.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// Reads rings of messages as FanIn reads rings of records; what is not said here is as there.
class MessageFanIn {
 public:
  using Messages = MessageBatch;
  using Event = FanInEvent<Messages>;

  /// Joins the rings that are there, and goes on looking. A ring of records is refused.
  static Result<MessageFanIn> open(std::string_view pattern, const FanInOptions& options = {}) {
    auto core = detail::FanInCore::open(pattern, options, {.slotLayout = SlotLayout::messages},
                                        &makeReader);
    if (!core) return core.error();
    return MessageFanIn(*std::move(core));
  }

  Event wait(const WaitLimit& limit = {}) {
    const detail::FanInFinding found = core_.wait(limit);
    return {found.news, found.status, *found.ring, *found.error, batchOf(found)};
  }
  Event tryWait() { return wait(WaitLimit::now()); }

  Status commit() noexcept { return core_.commit(); }
  Status commitAll() noexcept { return core_.commitAll(); }
  std::size_t size() const noexcept { return core_.size(); }

  Result<int> readyDescriptor() { return core_.readyDescriptor(); }
  Status arm() { return core_.arm(); }

 private:
  using Reader = detail::SlotReader<detail::MessageSlot>;

  explicit MessageFanIn(detail::FanInCore core) noexcept : core_(std::move(core)) {}

  static std::unique_ptr<detail::FanInReader> makeReader(detail::ConsumerAttachment attachment,
                                                         const FanInOptions& options) {
    const detail::MessageSlot slot = attachment.messageSlot();
    return std::make_unique<Reader>(std::move(attachment), slot, options);
  }

  static Messages batchOf(const detail::FanInFinding& found) noexcept {
    if (found.news != FanInNews::records)
      return {detail::MessageFinder{{}, {nullptr, 0}}, noSequence, found.status};
    const auto& attachment = static_cast<const Reader&>(*found.reader).engine().attachment();
    const detail::MessageFinder finder{attachment.messageSlot(), attachment.payload()};
    return {finder, found.slots.slot, found.slots.count, found.slots.first};
  }

  detail::FanInCore core_;
};

}  // namespace sluice
