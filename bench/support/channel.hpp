// One way from one process to another, a record at a time.
#pragma once

#include <concepts>
#include <cstdint>

#include "support/sequenced_record.hpp"

namespace sluice::bench {

/// Made before the fork; the sending process calls openSender() and send(), the receiving one
/// openReceiver() and receive(). Few records are ever under way: it need not be fast when full.
template <class C, std::size_t size>
concept Channel = requires(C channel, SequencedRecord<size> record) {
  channel.openSender();
  channel.openReceiver();
  channel.send(record);
  channel.receive(record);
};

}  // namespace sluice::bench
