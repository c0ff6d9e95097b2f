#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "support/channel.hpp"
#include "systems/channels.hpp"
#include "systems/message_ports.hpp"
#include "systems/streams.hpp"

namespace sluice::bench {
namespace {

/// A batch is one message.
template <std::size_t size, class Port>
class Messages final : public Transport {
 public:
  explicit Messages(const Load& load) : load_(load), port_(load.batch * sizeof(Record)) {}

  void openWriter() override {}
  void openReader(unsigned) override {}

  void write() override {
    std::vector<Record> batch(load_.batch);
    for (std::uint64_t next = 0; next < load_.records;) {
      const std::uint64_t count = std::min(load_.batch, load_.records - next);
      for (std::uint64_t i = 0; i < count; ++i)
        batch[i].fill(next++);
      port_.send(std::as_bytes(std::span(batch.data(), count)));
    }
  }

  Tally read() override {
    std::vector<Record> batch(load_.batch);
    Tally tally;
    for (std::uint64_t seen = 0; seen < load_.records;) {
      const auto got =
          port_.receive(std::as_writable_bytes(std::span(batch)), sizeof(Record)) / sizeof(Record);
      for (std::size_t i = 0; i < got; ++i)
        tally.add(batch[i]);
      seen += got;
    }
    return tally;
  }

 private:
  using Record = SequencedRecord<size>;
  Load load_;
  Port port_;
};

template <class Port>
class MessageChannel {
 public:
  MessageChannel() : port_(sizeof(ChannelRecord)) {}
  void openSender() {}
  void openReceiver() {}
  void send(const ChannelRecord& record) { port_.send(std::as_bytes(std::span(&record, 1))); }
  void receive(ChannelRecord& record) {
    port_.receive(std::as_writable_bytes(std::span(&record, 1)), sizeof(record));
  }

 private:
  Port port_;
};

template <std::size_t size>
using Pipe = Messages<size, PipePort>;
template <std::size_t size>
using UnixSocket = Messages<size, UnixSocketPort>;
template <std::size_t size>
using PosixQueue = Messages<size, PosixQueuePort>;
template <std::size_t size>
using BoostQueue = Messages<size, BoostQueuePort>;

constexpr const char* pipeName = "pipe";
constexpr const char* unixSocketName = "Unix socket";
constexpr const char* posixQueueName = "POSIX message queue";
constexpr const char* boostQueueName = "boost message_queue";

}  // namespace

StreamSystem pipeStream() {
  return {pipeName, Kind::peer, makeForSize<Pipe>};
}
StreamSystem unixSocketStream() {
  return {unixSocketName, Kind::peer, makeForSize<UnixSocket>};
}
StreamSystem posixQueueStream() {
  return {posixQueueName, Kind::peer, makeForSize<PosixQueue>};
}
StreamSystem boostQueueStream() {
  return {boostQueueName, Kind::peer, makeForSize<BoostQueue>};
}

ChannelSystem pipeChannel() {
  return blockingChannel<MessageChannel<PipePort>>(pipeName, Kind::peer);
}
ChannelSystem unixSocketChannel() {
  return blockingChannel<MessageChannel<UnixSocketPort>>(unixSocketName, Kind::peer);
}
ChannelSystem posixQueueChannel() {
  return blockingChannel<MessageChannel<PosixQueuePort>>(posixQueueName, Kind::peer);
}
ChannelSystem boostQueueChannel() {
  return blockingChannel<MessageChannel<BoostQueuePort>>(boostQueueName, Kind::peer);
}

}  // namespace sluice::bench
