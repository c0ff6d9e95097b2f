// The systems that carry messages of any length between processes.
#pragma once

#include <cstdint>
#include <optional>

#include "support/channel_system.hpp"
#include "systems/message_transport.hpp"

namespace sluice::bench {

// Floors: one writer, one reader, and no promise.

/// One stream of bytes in shared memory, with headers in band and a cursor for each end, which each
/// end has a copy of.
StreamSystem byteRing(const MessageRing& ring);
StreamSystem byteRingPatient(const MessageRing& ring);
/// The same where an end that has waited for long sleeps on a futex.
StreamSystem byteRingBlocking(const MessageRing& ring);
/// The same where a message's header tells that it is there, and no cursor.
StreamSystem byteRingByHeader(const MessageRing& ring);
StreamSystem byteRingByHeaderPatient(const MessageRing& ring);
/// What it costs to write and to sum up all messages, without passing them to anybody.
StreamSystem messagesInOneThread(const MessageRing& ring);

/// Sluice with slots of that size.
StreamSystem sluiceMessages(const MessageRing& ring, std::uint32_t slotSize);

// Peers. One at a time, a message is one call.

/// Sluice's records of the longest message's size, stamped, with the size in front.
StreamSystem sluiceLongestRecords(const MessageRing& ring);
StreamSystem pipeMessages(const MessageRing& ring);
StreamSystem unixSocketMessages(const MessageRing& ring);
// These know no batches.
StreamSystem unixSeqpacketMessages(const MessageRing& ring);
StreamSystem boostQueueMessages(const MessageRing& ring);
// This machine may be without these.
std::optional<StreamSystem> iceoryxMessages(const MessageRing& ring);
std::optional<StreamSystem> zeroMqMessages(const MessageRing& ring);

// Single messages, of 40 bytes or of 200. Both ends spin; what polls calls tryClaim() and
// tryWait().

ChannelSystem byteRingChannel();
ChannelSystem byteRingByHeaderChannel();
ChannelSystem sluiceShortMessageChannel(Idling idling);
/// In slots of 256 bytes, and in slots of 64 bytes, behind which they lie.
ChannelSystem sluiceMessageInSlotChannel(Idling idling);
ChannelSystem sluiceMessageBehindSlotsChannel(Idling idling);

inline constexpr std::size_t shortMessageBytes = 40;
inline constexpr std::size_t messageBytes = 200;

}  // namespace sluice::bench
