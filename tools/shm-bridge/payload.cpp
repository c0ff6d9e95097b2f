#include "payload.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace shm_bridge {

namespace {

static_assert(std::endian::native == std::endian::little, "numbers are sent as they lie here");

struct MessageHead {
  std::uint32_t size;
  std::uint32_t kind;
};
static_assert(sizeof(MessageHead) == messageHeadSize);

MessageHead headOf(std::span<const std::byte> payload) {
  MessageHead head{};
  std::memcpy(&head, payload.data(), sizeof head);
  return head;
}

}  // namespace

PayloadWriter::PayloadWriter(std::size_t most, std::size_t limit) : most_(most), limit_(limit) {
  bytes_.reserve(most);
}

std::size_t PayloadWriter::recordsThatFit(std::size_t size) const noexcept {
  if (size == 0) return 0;
  const bool isAlone = isEmpty() && size > room() && size <= limit_;
  return isAlone ? 1 : room() / size;
}

bool PayloadWriter::hasRoomFor(std::size_t messageSize) const noexcept {
  return messageSize + messageHeadSize <= (isEmpty() ? limit_ : room());
}

void PayloadWriter::clear() noexcept {
  bytes_.clear();
  count_ = 0;
}

void PayloadWriter::addRecords(const std::byte* records, std::size_t size, std::size_t distance,
                               std::size_t n) {
  if (distance == size)
    bytes_.insert(bytes_.end(), records, records + n * size);
  else
    for (std::size_t i = 0; i < n; ++i)
      bytes_.insert(bytes_.end(), records + i * distance, records + i * distance + size);
  count_ += n;
}

void PayloadWriter::addMessage(std::span<const std::byte> message, sluice::Kind kind) {
  const MessageHead head{static_cast<std::uint32_t>(message.size()),
                         static_cast<std::uint32_t>(kind)};
  const auto headBytes = std::as_bytes(std::span(&head, 1));
  bytes_.insert(bytes_.end(), headBytes.begin(), headBytes.end());
  bytes_.insert(bytes_.end(), message.begin(), message.end());
  ++count_;
}

std::string faultOf(std::span<const std::byte> payload, const Schema& schema, std::uint64_t count) {
  if (!schema.hasMessages()) {
    const bool fits = count <= payload.size() && payload.size() == count * schema.recordSize;
    if (fits) return {};
    return fmt::format("found {} bytes, expected {} records of {} bytes", payload.size(), count,
                       schema.recordSize);
  }
  std::uint64_t found = 0;
  while (payload.size() >= messageHeadSize &&
         payload.size() - messageHeadSize >= headOf(payload).size) {
    payload = payload.subspan(messageHeadSize + headOf(payload).size);
    ++found;
  }
  if (payload.empty() && found == count) return {};
  return fmt::format("found {} messages and {} bytes, expected {} messages", found, payload.size(),
                     count);
}

FramedMessage takeMessage(std::span<const std::byte>& payload) {
  const MessageHead head = headOf(payload);
  const FramedMessage message{payload.subspan(messageHeadSize, head.size), sluice::Kind{head.kind}};
  payload = payload.subspan(messageHeadSize + head.size);
  return message;
}

}  // namespace shm_bridge
