// The systems that carry single records between processes.
#pragma once

#include "support/channel_system.hpp"

namespace sluice::bench {

// Both ends spin. They only play ping-pong.

/// A word that only says "there is news": no record is carried.
ChannelSystem rawAtomicsChannel();
/// One slot, the record and its sequence on the same line.
ChannelSystem sequencedLineChannel();
ChannelSystem boostSpscChannel();
ChannelSystem sluiceStampedSpinningChannel();
ChannelSystem sluicePackedSpinningChannel();

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

}  // namespace sluice::bench
