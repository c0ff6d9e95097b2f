#include "sluice/message_producer.hpp"

#include <algorithm>
#include <string>

#include "sluice/record.hpp"
#include "sluice/slot_layout.hpp"

namespace sluice {
namespace {

constexpr std::uint64_t bytesPerSlot = 1024;

/// The numbers of a segment, where the user has chosen one of them. What is out of range is left to
/// the check of all segments.
struct MessageShape {
  std::uint64_t payloadSize;
  ProducerOptions producer;
  RecordDescription slot;
};

Result<MessageShape> shapeOf(std::string_view name, const MessageOptions& options) {
  const std::uint32_t slot = options.slotSize;
  if (slot == 0 || slot % detail::cacheLine != 0 || slot > detail::maxMessageSlot)
    return Error{ErrorCode::invalidArgument,
                 options.producer.directory + "/" + std::string(name),
                 "slotSize",
                 std::to_string(slot),
                 "a multiple of " + std::to_string(detail::cacheLine) + ", at most " +
                     std::to_string(detail::maxMessageSlot),
                 "use 64 unless many messages are a little longer than 40 bytes"};
  MessageShape shape{options.payloadBytes, options.producer, {}};
  shape.producer.capacity = options.capacity;
  if (options.capacity == 0 && options.payloadBytes != 0)
    shape.producer.capacity = std::max<std::uint64_t>(2, options.payloadBytes / bytesPerSlot);
  if (options.payloadBytes == 0 && options.capacity != 0)
    shape.payloadSize = std::max<std::uint64_t>(4096, options.capacity * bytesPerSlot);
  shape.slot.size = slot - detail::messageOffset;
  shape.slot.alignment = detail::messageAlignment;
  return shape;
}

}  // namespace

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

}  // namespace sluice
