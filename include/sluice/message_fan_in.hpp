// The reader of every ring of messages whose name matches a pattern.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "sluice/detail/fan_in_core.hpp"
#include "sluice/detail/fan_in_reader.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/fan_in_event.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/merged_by.hpp"
#include "sluice/message.hpp"
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
    return openWith(pattern, options, {}, std::nullopt);
  }
  static Result<MessageFanIn> open(std::string_view pattern, const FanInOptions& options,
                                   MergedBy<Message> merged) {
    if (!merged.time) return detail::noTimeOfRecords(pattern);
    const auto quietLimit = merged.quietLimit;
    return openWith(pattern, options, std::move(merged.time), quietLimit);
  }

  Event wait(const WaitLimit& limit = {}) {
    const detail::FanInFinding found = core_.wait(limit);
    return {found.news, found.status, *found.ring, *found.error, batchOf(found)};
  }
  Event tryWait() { return wait(WaitLimit::now()); }

  Status commit() noexcept { return core_.commit(); }
  Status commit(std::size_t n) noexcept { return core_.commit(n); }
  Status commitAll() noexcept { return core_.commitAll(); }
  std::size_t size() const noexcept { return core_.size(); }
  std::uint64_t late() const noexcept { return core_.late(); }

  Result<int> readyDescriptor() { return core_.readyDescriptor(); }
  Status arm() { return core_.arm(); }

 private:
  using Reader = detail::SlotReader<detail::MessageSlot>;

  explicit MessageFanIn(detail::FanInCore core) noexcept : core_(std::move(core)) {}

  static Result<MessageFanIn> openWith(std::string_view pattern, const FanInOptions& options,
                                       std::function<std::int64_t(const Message&)> time,
                                       std::optional<std::chrono::nanoseconds> quietLimit) {
    const auto times = [time = std::move(time)](const Reader& reader,
                                                const detail::ArrivedSlots& slots) {
      return detail::timesOf(batchOf(reader, slots), time);
    };
    const auto makeReader = [times](detail::ConsumerAttachment attachment,
                                    const FanInOptions& chosen) {
      const detail::MessageSlot slot = attachment.messageSlot();
      return std::make_unique<Reader>(std::move(attachment), slot, chosen, times);
    };
    auto core = detail::FanInCore::open(
        {&pattern, 1}, options, {.slotLayout = SlotLayout::messages}, makeReader, quietLimit);
    if (!core) return core.error();
    return MessageFanIn(*std::move(core));
  }

  static Messages batchOf(const Reader& reader, const detail::ArrivedSlots& slots) noexcept {
    const auto& attachment = reader.engine().attachment();
    const detail::MessageFinder finder{attachment.messageSlot(), attachment.payload()};
    return {finder, slots.slot, slots.count, slots.first};
  }
  static Messages batchOf(const detail::FanInFinding& found) noexcept {
    if (found.news != FanInNews::records)
      return {detail::MessageFinder{{}, {nullptr, 0}}, noSequence, found.status};
    return batchOf(static_cast<const Reader&>(*found.reader), found.slots);
  }

  detail::FanInCore core_;
};

}  // namespace sluice
