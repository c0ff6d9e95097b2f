#include "sluice/message_producer.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "format/geometry.hpp"
#include "os/segment_path.hpp"
#include "sluice/detail/producer_member.hpp"
#include "sluice/record.hpp"
#include "sluice/slot_layout.hpp"

namespace sluice {
namespace {

constexpr std::uint64_t bytesPerSlot = 1024;

/// Asks for one message more.
class RoomForBytes {
 public:
  RoomForBytes(detail::MessageLedger& ledger, std::size_t bytes) noexcept
      : ledger_(ledger), bytes_(bytes) {}

  detail::ProducerAttachment& attachment() noexcept { return ledger_.engine().attachment(); }
  /// Nothing is remembered of a claim that is open, so asking is claiming.
  Status ask() { return ledger_.open(bytes_, WaitLimit::now()).status; }
  void lookCloser() noexcept { ledger_.lookCloser(); }

 private:
  detail::MessageLedger& ledger_;
  std::size_t bytes_;
};

/// The numbers of a segment, where the user has chosen one of them. A capacity
/// that is out of range is left to the check of all segments.
struct MessageShape {
  std::uint64_t payloadSize;
  ProducerOptions producer;
  RecordDescription slot;
};

Result<MessageShape> shapeOf(std::string_view name, const MessageOptions& options) {
  const detail::SegmentPath path{options.producer.directory, std::string(name)};
  const std::uint32_t slot = options.slotSize;
  if (options.payloadBytes == 0 && options.capacity == 0)
    return Error{ErrorCode::invalidArgument,
                 path.string(),
                 "payloadBytes",
                 "0, and a capacity of 0",
                 "one of them at least",
                 "64 MiB of payload hold 65,536 messages of some 1 KiB"};
  const bool isChosen = options.payloadBytes != 0;
  if (isChosen && (!std::has_single_bit(options.payloadBytes) ||
                   options.payloadBytes < detail::minPayloadSize ||
                   options.payloadBytes > detail::maxPayloadSize))
    return Error{ErrorCode::invalidArgument,
                 path.string(),
                 "payloadBytes",
                 std::to_string(options.payloadBytes),
                 "a power of two from " + std::to_string(detail::minPayloadSize) + " to " +
                     std::to_string(detail::maxPayloadSize),
                 "the longest message has half of it"};
  if (slot == 0 || slot % detail::cacheLine != 0 || slot > detail::maxMessageSlot)
    return Error{ErrorCode::invalidArgument,
                 path.string(),
                 "slotSize",
                 std::to_string(slot),
                 "a multiple of " + std::to_string(detail::cacheLine) + ", at most " +
                     std::to_string(detail::maxMessageSlot),
                 "use 64 unless many messages are a little longer than 40 bytes"};
  MessageShape shape{options.payloadBytes, options.producer, {}};
  shape.producer.capacity = options.capacity;
  if (options.capacity == 0) shape.producer.capacity = options.payloadBytes / bytesPerSlot;
  if (options.payloadBytes == 0) {
    const std::uint64_t slots = std::min(options.capacity, detail::maxPayloadSize / bytesPerSlot);
    shape.payloadSize = std::bit_floor(std::max(detail::minPayloadSize, slots * bytesPerSlot));
  }
  shape.slot.size = slot - detail::messageOffset;
  shape.slot.alignment = detail::messageAlignment;
  return shape;
}

}  // namespace

std::byte* const MessageClaim::noPlace = nullptr;

Result<MessageProducer> MessageProducer::create(std::string_view name,
                                                const MessageOptions& options) {
  const auto shape = shapeOf(name, options);
  if (!shape) return shape.error();
  return hold(detail::ProducerAttachment::create(name, shape->producer, shape->slot,
                                                 SlotLayout::messages, shape->payloadSize));
}

Result<MessageProducer> MessageProducer::open(std::string_view name, const OpenOptions& options) {
  return hold(
      detail::ProducerAttachment::open(name, options, {.slotLayout = SlotLayout::messages}));
}

Result<MessageProducer> MessageProducer::createOrOpen(std::string_view name,
                                                      const MessageOptions& options) {
  const auto shape = shapeOf(name, options);
  if (!shape) return shape.error();
  return hold(detail::ProducerAttachment::createOrOpen(name, shape->producer, shape->slot,
                                                       SlotLayout::messages, shape->payloadSize));
}

std::unique_ptr<detail::WaitMember> MessageProducer::waitMember(std::size_t bytes) {
  return std::make_unique<detail::ProducerMember<RoomForBytes>>(RoomForBytes(ledger_, bytes));
}

}  // namespace sluice
