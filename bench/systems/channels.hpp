// The systems that carry single records between processes.
#pragma once

#include <optional>

#include "support/channel_system.hpp"

namespace sluice::bench {

// Both ends spin. They only play ping-pong. An end that pauses looks once a PAUSE.

/// A word that only says "there is news": no record is carried.
ChannelSystem rawAtomicsChannel();
/// One slot, the record and its sequence on the same line.
ChannelSystem sequencedLineChannel();
ChannelSystem sequencedLinePausingChannel();
/// A ring of such slots.
ChannelSystem sequenceInSlotChannel();
ChannelSystem sequenceInSlotPausingChannel();
/// A ring with a cursor of each end.
ChannelSystem handWrittenCursorsChannel();
ChannelSystem boostSpscChannel();
// These may be missing.
std::optional<ChannelSystem> dpdkChannel();
std::optional<ChannelSystem> iceoryxChannel();
ChannelSystem sluiceStampedSpinningChannel();
ChannelSystem sluicePackedSpinningChannel();
/// By tryClaim() and tryWait().
ChannelSystem sluiceStampedPollingChannel();
ChannelSystem sluicePackedPollingChannel();

// Both ends sleep while there is nothing to do.

/// A few slots and a futex: the sender always calls the kernel, the receiver sleeps when there is
/// nothing.
ChannelSystem futexChannel();
ChannelSystem pipeChannel();
ChannelSystem unixSocketChannel();
ChannelSystem posixQueueChannel();
ChannelSystem boostQueueChannel();
ChannelSystem sluiceStampedChannel();
ChannelSystem sluicePackedChannel();
std::optional<ChannelSystem> zeroMqChannel();

// The receiver waits for several rings at once, or in an event loop.

/// A consumer's own wait, to compare with.
ChannelSystem sluiceSingleWait();
ChannelSystem sluiceWaitSet1();
ChannelSystem sluiceWaitSet8();
ChannelSystem sluiceWaitSet62();
ChannelSystem eventfdAndThread();
ChannelSystem sluiceDescriptor();

// The sender sleeps while it is full.

ChannelSystem fullFutex();
ChannelSystem fullPipe();
ChannelSystem fullPosixQueue();
ChannelSystem fullBoostQueue();
ChannelSystem fullSluiceStamped();
ChannelSystem fullSluicePacked();

}  // namespace sluice::bench
